import { mkdir, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { makeAcesExr } from './aces-exr.ts';
import { BAYER_SENSOR } from './bayer-sensor.ts';
import { ACES2065_1, ARRI_LOGC3, type ColourEncoding, SONY_SLOG3 } from './camera-encoding.ts';
import { makeCinemaDng } from './cinema-dng.ts';
import { type CardKind, type ClipSpec, clipTag, isDropFrame, type MadeClip } from './clip-spec.ts';
import { makeDpxSequence } from './dpx-sequence.ts';
import { makeMxfOp1a } from './mxf-op1a.ts';
import { materialUmid } from './mxf-umid.ts';
import { makeProresMov } from './prores-mov.ts';
import { makeNonRealTimeMeta } from './sony-documents.ts';

/** Writes a clip into `folder` of `rollPath`; answers with file names relative to the folder. */
type Recorder = (
  spec: ClipSpec,
  folder: string,
  tools: ToolPaths,
) => Promise<{ fileNames: string[]; firstNumber: number | null }>;

const movie =
  (make: (spec: ClipSpec, file: string, tools: ToolPaths) => Promise<void>, ending: string): Recorder =>
  async (spec, folder, tools) => {
    const fileName = `${spec.clipName}${ending}`;
    await make(spec, join(folder, fileName), tools);
    return { fileNames: [fileName], firstNumber: null };
  };

const recordSonyClip: Recorder = async (spec, folder, tools) => {
  const { fileNames } = await movie(makeMxfOp1a, '.MXF')(spec, folder, tools);
  const sidecar = `${spec.clipName}M01.XML`;
  await writeFile(join(folder, sidecar), makeNonRealTimeMeta(spec));
  return { fileNames: [...fileNames, sidecar], firstNumber: null };
};

const RECORDERS: Record<CardKind, { colour: ColourEncoding; record: Recorder }> = {
  prores: { colour: ARRI_LOGC3.name, record: movie(makeProresMov, '.mov') },
  dpx: { colour: ARRI_LOGC3.name, record: makeDpxSequence },
  mxf: { colour: SONY_SLOG3.name, record: recordSonyClip },
  cinemadng: { colour: BAYER_SENSOR.name, record: makeCinemaDng },
  exr: { colour: ACES2065_1.name, record: makeAcesExr },
};

/**
 * Records one clip of a card.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function recordClip(
  kind: CardKind,
  spec: ClipSpec,
  rollPath: string,
  folder: string,
  tools: ToolPaths,
): Promise<MadeClip> {
  const { colour, record } = RECORDERS[kind];
  await mkdir(join(rollPath, folder), { recursive: true });
  const { fileNames, firstNumber } = await record(spec, join(rollPath, folder), tools);
  return {
    kind,
    clipName: spec.clipName,
    reel: spec.reel,
    startTimecode: spec.startTimecode,
    dropFrame: isDropFrame(spec),
    rate: spec.rate,
    frameCount: spec.frames,
    width: spec.width,
    height: spec.height,
    colour,
    hasSound: kind === 'prores' && spec.withTone,
    umid: kind === 'mxf' ? materialUmid(spec) : null,
    tag: clipTag(spec.clipName),
    path: firstNumber === null ? posix.join(folder, fileNames[0]!) : folder,
    files: fileNames.map((name) => posix.join(folder, name)),
    firstNumber,
  };
}
