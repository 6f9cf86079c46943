import { mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { ColourEncoding } from './camera-encoding.ts';
import { type CardKind, type ClipSpec, clipTag, isDropFrame, type MadeClip } from './clip-spec.ts';
import { makeDpxSequence } from './dpx-sequence.ts';
import { makeProresMov } from './prores-mov.ts';

/** Writes a clip into `folder` of `rollPath`; answers with file names relative to the folder. */
type Recorder = (
  spec: ClipSpec,
  folder: string,
  tools: ToolPaths,
) => Promise<{ fileNames: string[]; firstNumber: number | null }>;

const RECORDERS: Record<CardKind, { colour: ColourEncoding; record: Recorder }> = {
  prores: {
    colour: 'arri-logc3-ei800-awg3',
    record: async (spec, folder, tools) => {
      const fileName = `${spec.clipName}.mov`;
      await makeProresMov(spec, join(folder, fileName), tools);
      return { fileNames: [fileName], firstNumber: null };
    },
  },
  dpx: { colour: 'arri-logc3-ei800-awg3', record: makeDpxSequence },
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
    tag: clipTag(spec.clipName),
    path: firstNumber === null ? posix.join(folder, fileNames[0]!) : folder,
    files: fileNames.map((name) => posix.join(folder, name)),
    firstNumber,
  };
}
