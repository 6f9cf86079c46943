import { type Finding, finding } from '../../schemas/finding.ts';
import type { PreparedDeliverable, StoredFrame } from '../../schemas/plate-facts.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { type ClipSource, rationalField } from './clip-source.ts';
import { type FrameFacts, timecodeInHeader } from './frame-facts.ts';
import { outputSize } from './geometry.ts';
import { sourceSize } from './stored-picture.ts';
import { timecodeAt } from './timecode-at.ts';

/** Darkest and brightest sample of a picture; null when no program at hand could tell. */
export type PictureRange = { min: number; max: number } | null;

/** A frame of a plate that was looked at, beside the source frame it claims to be. */
export type SampledFrame = {
  frame: number;
  header: FrameFacts | null;
  made: PictureRange;
  /** Asked for only when the made one is black. */
  original: PictureRange;
};

/** Scene-linear light below this is no picture: fourteen stops under diffuse white. */
const BLACK_LIGHT = 1 / 16384;
/** A source is a picture when its samples differ by more than a hundredth of the scale: noise on a capped lens does not. */
export const LEAST_SPREAD = 0.01;

/** Whether a made frame shows nothing at all. */
export function isBlack(range: PictureRange): boolean {
  return range !== null && range.max < BLACK_LIGHT;
}

/** First, middle and last frame of a plate: the ends show an offset, the middle that there is a picture. */
export function framesToSample(frames: readonly StoredFrame[]): StoredFrame[] {
  const sorted = [...frames].sort((a, b) => a.frame - b.frame);
  const picked = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].filter(
    (one) => one !== undefined,
  );
  return [...new Set(picked)];
}

/** Compares what stands in the store with the clip it claims to come from: frames, size, timecode, and that there is a picture. */
export function checkPlate(
  planned: PlannedPlate,
  source: ClipSource,
  deliverable: PreparedDeliverable,
  frames: readonly StoredFrame[],
  samples: readonly SampledFrame[],
): Finding[] {
  const subject = { kind: 'plate', id: planned.plateId } as const;
  return [
    ...frameFindings(planned, deliverable, frames),
    ...samples.flatMap((sample) => headerFindings(planned, source, deliverable, sample)),
    ...(isBlackAgainstSource(samples)
      ? [
          finding(
            'plate-black',
            subject,
            `${planned.plateId} (${deliverable.name}) is black in every frame looked at, and ${planned.clipName} is not. Check its input transform and its AMF.`,
            { frames: samples.map(({ frame }) => frame) },
          ),
        ]
      : []),
  ];
}

function isBlackAgainstSource(samples: readonly SampledFrame[]): boolean {
  const hasPicture = samples.some(
    ({ original }) => original !== null && original.max - original.min > LEAST_SPREAD,
  );
  return samples.length > 0 && samples.every(({ made }) => isBlack(made)) && hasPicture;
}

function frameFindings(
  planned: PlannedPlate,
  { name }: PreparedDeliverable,
  frames: readonly StoredFrame[],
): Finding[] {
  const { first, last } = planned.sourceFrames;
  const present = new Set(frames.map(({ frame }) => frame));
  const missing: number[] = [];
  for (let frame = first; frame <= last; frame++) if (!present.has(frame)) missing.push(frame);
  const expected = last - first + 1;
  if (missing.length === 0 && present.size === expected) return [];
  const sentence = `${planned.plateId} (${name}) has ${present.size} frames of ${expected}; source frame ${missing[0] ?? 'beyond the range'} is the first that is wrong.`;
  return [
    finding('frame-count-mismatch', { kind: 'plate', id: planned.plateId }, sentence, {
      expected,
      count: present.size,
      missing: missing.slice(0, 1000),
    }),
  ];
}

function headerFindings(
  planned: PlannedPlate,
  source: ClipSource,
  { name, job }: PreparedDeliverable,
  { frame, header }: SampledFrame,
): Finding[] {
  if (header === null) return [];
  const size = outputSize(job.geometry);
  const rate = rationalField(source.clip, 'frameRate');
  const recorded = timecodeAt(source, frame);
  const timecode = rate && recorded && timecodeInHeader(header.format, recorded, rate);
  const stored = sourceSize(source.clip);
  const { source: framed } = job.geometry;
  const expected: [what: string, wanted: string | null, got: string | null][] = [
    ['timeCode', timecode, header.timecode],
    ['size', `${size.width}x${size.height}`, header.size],
    ['source size', `${stored.width}x${stored.height}`, `${framed.width}x${framed.height}`],
  ];
  return expected
    .filter(([, wanted, got]) => wanted !== null && wanted !== got)
    .map(([what, wanted, got]) => {
      const sentence = `${planned.plateId} (${name}), source frame ${frame} of ${planned.clipName}: ${what} is ${got ?? 'absent'}, by the source it must be ${wanted}.`;
      const subject = { kind: 'plate', id: planned.plateId } as const;
      return finding('header-mismatch', subject, sentence, { name: what, wanted, got, frame });
    });
}
