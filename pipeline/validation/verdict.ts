import type { Thresholds } from '../../schemas/engine.ts';
import type { Judgement } from './judge.ts';
import type { ComparedPicture } from './picture.ts';

/** A set of frames: what people call it, the versions that made it, and what it cost where that is known. */
export type Side = {
  name: string;
  versions: Record<string, string>;
  performance: Performance | null;
  pictures: PictureAt[];
};

/** A frame that is read when it is its turn. */
export type PictureAt = {
  frame: number;
  /** @param through a coding that the picture is rounded to, as the other side's file is */
  read(through?: SampleCoding): Promise<ComparedPicture>;
  /** null: floats, which lose nothing that the gate measures. */
  coding(): Promise<SampleCoding | null>;
};

/** Whole numbers of so many bits, 0 to 1 in a colour space. */
export type SampleCoding = { space: string; bits: number };

/** What making a set of frames cost. */
export type Performance = { framesPerSecond: number; cpuSecondsPerFrame: number; peakMemoryBytes: number };

/** Two sets of frames of one camera format, judged. */
export type Comparison = {
  cameraFormat: { id: string; label: string };
  a: Side;
  b: Side;
  judgement: Judgement;
};

/** The verdict as a document: passed when every camera format passed. */
export function verdictDocument(comparisons: readonly Comparison[], thresholds: Thresholds) {
  const formats = comparisons.map(({ cameraFormat, a, b, judgement }) => ({
    cameraFormat,
    passed: judgement.passed,
    sides: [a, b].map(({ name, versions, performance }) => ({ name, versions, performance })),
    worst: judgement.worst,
    faults: judgement.faults,
    notes: judgement.notes,
    frames: judgement.frames.map(({ frame, difference }) => ({
      frame,
      deltaItp: difference?.deltaItp ?? null,
      codeValues: difference?.codeValues ?? null,
    })),
  }));
  return {
    version: 1 as const,
    kind: 'validation-verdict' as const,
    passed: formats.every(({ passed }) => passed),
    thresholds,
    faults: formats.flatMap(({ cameraFormat, faults }) =>
      faults.map((fault) => ({ ...fault, cameraFormat: cameraFormat.label })),
    ),
    formats,
  };
}
