import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import type { ColorStep, SegmentJob } from '../../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../../standards/amf/pinned-config.ts';
import { toolPaths } from '../../support/tools.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Clip } from './probe.ts';

/** Ten values of a CDL and the space it is applied in, in the words of the wire. */
export type Look = { values: number[]; space: string };

/** What was put into the scene and asked of the render, in the words of the wire. */
export type RenderOrder = {
  clip: Clip;
  inputSpace: string;
  looks: readonly Look[];
  outputSpace: string;
  /** Source frames by their index in the clip, and the file each becomes. */
  frames: { index: number; path: string }[];
};

/** FilmLight's words for spaces here, ours behind. Only two of them are public; the others stand for names of an installation. */
export const SPACES: Readonly<Record<string, string>> = {
  ACES_lin: 'ACES2065-1',
  ACEScg: 'ACEScg',
  'Stand-in ACEScct': 'ACEScct',
  'Stand-in LogC3 AWG3': 'ARRI LogC3 (EI800)',
  'Stand-in SLog3 SGamut3Cine': 'S-Log3 S-Gamut3.Cine',
};

/** Renders by the open engine exactly what the wire said: what was not sent cannot be in the picture. */
export async function renderOrder(
  order: RenderOrder,
  wrong: Misbehaviour,
  signal: AbortSignal,
  complete: (frames: number) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-render-'));
  const engine = createOpenEngine({ tools: toolPaths() });
  let done = 0;
  let writing = Promise.resolve();
  const write = (frame: number, file: string) => {
    if (done === wrong.stallAfterFrames) return;
    const { path } = order.frames.find(({ index }) => index === frame)!;
    if (done === wrong.crashAfterFrames) {
      const bytes = readFileSync(file);
      writeFileSync(path, bytes.subarray(0, bytes.length / 2));
      process.kill(process.pid, 'SIGKILL');
    }
    const isLast = done === order.frames.length - 1;
    if (isLast && wrong.lastPicture) spoil(file, path, wrong.lastPicture);
    else if (!(wrong.forgetsFrame && done === 0)) put(file, path, wrong.namesLateMs);
    if (isLast && wrong.oneTooMany) copyFileSync(file, nextOf(path));
    complete(++done);
  };
  try {
    const { job, sources } = jobOf(order, wrong);
    await engine.render(job, sources, join(folder, 'out'), {
      signal,
      progress: () => {},
      only: order.frames.map(({ index }) => index),
      onFrame: ({ frame, file }) => {
        writing = writing
          .then(() => sleep(wrong.frameMs ?? 0, undefined, { signal }))
          .then(() => (done === wrong.hold?.afterFrames ? untilGone(wrong.hold.file, signal) : undefined))
          .then(() => write(frame, file));
        // It is waited for below; who goes away before that must not take the server with him.
        writing.catch(() => undefined);
      },
    });
    await writing;
    if (wrong.stallAfterFrames !== undefined) await new Promise(() => {});
  } finally {
    await writing.catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilGone(file: string, signal: AbortSignal): Promise<void> {
  while (existsSync(file)) await sleep(20, undefined, { signal });
}

function put(file: string, path: string, namesLateMs: number | undefined): void {
  const written = namesLateMs === undefined ? path : `${path}.part`;
  copyFileSync(file, written);
  if (written !== path) setTimeout(() => renameSync(written, path), namesLateMs);
}

/** The file behind this one. */
function nextOf(path: string): string {
  return path.replace(/(\d+)(?=\.\w+$)/, (number) => String(Number(number) + 1).padStart(number.length, '0'));
}

function spoil(file: string, path: string, how: NonNullable<Misbehaviour['lastPicture']>): void {
  const bytes = readFileSync(file);
  if (how === 'half') writeFileSync(path, bytes.subarray(0, bytes.length / 2));
  else if (how === 'nonsense') writeFileSync(path, 'P6 1 1 255 no picture of this kind');
  else execFileSync(toolPaths().oiiotool!, [file, '--ch', 'G', '--chnames', 'Y', '-o', path]);
}

function brighter(stops: number): ColorStep {
  const slope = [0, 1, 2].map(() => 2 ** stops);
  return {
    kind: 'cdl',
    slope,
    offset: [0, 0, 0],
    power: [1, 1, 1],
    saturation: 1,
    workingSpace: 'ACES2065-1',
  };
}

function stepOf({ values, space }: Look): ColorStep {
  const [slope, offset, power] = [0, 3, 6].map((at) => values.slice(at, at + 3)) as [
    number[],
    number[],
    number[],
  ];
  return { kind: 'cdl', slope, offset, power, saturation: values[9]!, workingSpace: SPACES[space]! };
}

function jobOf({ clip, inputSpace, outputSpace, looks, frames }: RenderOrder, wrong: Misbehaviour) {
  const [from, to] = [SPACES[inputSpace]!, SPACES[outputSpace]!];
  const { width, height } = clip;
  const indices = frames.map(({ index }) => index);
  const job: SegmentJob = {
    version: 1,
    kind: 'segment-job',
    clip: { clipId: 'c', clipName: 'c', frameRate: clip.rate, frameCount: clip.frameCount },
    sources: [{ name: 'c', sizeBytes: 1, xxh128: '0'.repeat(32) }],
    frames: { first: Math.min(...indices), last: Math.max(...indices) },
    decode: clip.decode,
    geometry: {
      source: { width, height },
      crop: { x: 0, y: 0, width: width - (wrong.narrowerByPx ?? 0), height },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 1, den: 1 },
    },
    colour: {
      config: PINNED_CONFIG.uri,
      configSha256: PINNED_CONFIG.sha256,
      decodedSpace: from,
      steps: [
        ...(from === to ? [] : [{ kind: 'convert' as const, from, to }]),
        ...looks.map(stepOf),
        ...(wrong.stops ? [brighter(wrong.stops)] : []),
      ],
      outputSpace: to,
    },
    output: { kind: 'exr', compression: 'piz', container: 'openexr', header: { strings: {}, numbers: {} } },
    engine: 'open',
    route: 'reference',
  };
  const sources = clip.files.map((location, index) => ({
    name: location.slice(location.lastIndexOf('/') + 1),
    location,
    ...(clip.isMovie ? {} : { frame: index }),
  }));
  return { job, sources };
}
