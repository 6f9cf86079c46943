import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { RollFile } from '../schemas/file.ts';
import type { Rational } from '../schemas/rational.ts';
import { writeCardDocuments } from './card-documents.ts';
import { cardNaming } from './card-names.ts';
import type { CardKind, ClipSpec, MadeClip, OtherCodec } from './clip-spec.ts';
import { recordClip } from './record-clip.ts';
import { frameOfTimecode, timecodeOfFrame } from './record-timecode.ts';
import { sealCard } from './seal-card.ts';

/** A card to make. Equal options give equal media, byte for byte; only the seal carries the time at which it was made. */
export type CardOptions = {
  /** The card goes to `<dir>/<shoot day>/Camera_Media/<roll>/`. */
  dir: string;
  kind: CardKind;
  clips: number;
  /** Frames of each clip. */
  frames: number;
  size: { width: number; height: number };
  seed: number;
  tools: ToolPaths;
  /** @default 20240426 */
  shootDay?: string;
  /** Camera letter. @default A prores, B dpx, C mxf, D cinemadng, E exr: cards of all kinds fit on one day */
  camera?: string;
  /** @default 1 */
  rollNumber?: number;
  /** @default 24/1 */
  rate?: Rational;
  /** Of the first clip; each next one starts 30 s after the end of the one before. @default 10:15:00:00 */
  startTimecode?: string;
  /** @default false */
  withTone?: boolean;
  /** With `withTone`: a clap at this frame of every clip instead of the tone. */
  clapFrame?: number;
  /** @default the usual one of the kind */
  codec?: OtherCodec;
  /** Seal with the reference ASC MHL tool (`tools.ascmhl`). @default true */
  seal?: boolean;
};

/** A card on disk, and what is true of it. */
export type MadeCard = {
  kind: CardKind;
  roll: string;
  /** Absolute path of the roll. */
  path: string;
  shootDay: string;
  clips: MadeClip[];
  /** All media files, without the seal. */
  files: RollFile[];
  isSealed: boolean;
};

const CAMERAS: Record<CardKind, string> = { prores: 'A', dpx: 'B', mxf: 'C', cinemadng: 'D', exr: 'E' };
const GAP_SECONDS = 30;

/**
 * Makes a card as its camera would leave it, and seals it. A roll that is already there is written over, and sealed once more.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeCard(options: CardOptions): Promise<MadeCard> {
  const shootDay = options.shootDay ?? '20240426';
  const naming = cardNaming(
    options.kind,
    options.camera ?? CAMERAS[options.kind],
    options.rollNumber ?? 1,
    shootDay,
  );
  const path = join(options.dir, shootDay, 'Camera_Media', naming.roll);
  await mkdir(path, { recursive: true });
  const clips: MadeClip[] = [];
  for (let number = 1; number <= options.clips; number++) {
    const clipName = naming.clip(number);
    const spec = clipSpec(options, { clipName, reel: naming.reel, shootDay, number });
    clips.push(await recordClip(options.kind, spec, path, naming.folder(clipName), options.tools));
  }
  await writeCardDocuments({ kind: options.kind, path, roll: naming.roll, clips, shootDay });
  const files = await listFiles(path, '');
  const isSealed = options.seal ?? true;
  if (isSealed) await sealCard(path, options.tools);
  return { kind: options.kind, roll: naming.roll, path, shootDay, clips, files, isSealed };
}

function clipSpec(
  options: CardOptions,
  clip: { clipName: string; reel: string; shootDay: string; number: number },
): ClipSpec {
  const { number, ...names } = clip;
  const rate = options.rate ?? { num: 24, den: 1 };
  const first = options.startTimecode ?? '10:15:00:00';
  const step = options.frames + Math.round((GAP_SECONDS * rate.num) / rate.den);
  const start = frameOfTimecode(first, rate) + (number - 1) * step;
  return {
    ...names,
    ...options.size,
    frames: options.frames,
    rate,
    startTimecode: timecodeOfFrame(start, rate, first.includes(';')),
    seed: options.seed + number - 1,
    withTone: options.withTone ?? false,
    ...(options.clapFrame === undefined ? {} : { clapFrame: options.clapFrame }),
    ...(options.codec ? { codec: options.codec } : {}),
  };
}

async function listFiles(root: string, folder: string): Promise<RollFile[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found: RollFile[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await listFiles(root, path)));
    else found.push({ path, sizeBytes: (await stat(join(root, path))).size });
  }
  return found;
}
