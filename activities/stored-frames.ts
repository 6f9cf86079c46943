import type { SegmentManifest, StoredFrame } from '../schemas/plate-facts.ts';
import type { RenderedFrame, SegmentJob } from '../schemas/segment-job.ts';
import { frameKey, segmentManifestKey } from '../stores/objects/keys.ts';
import type { Dependencies } from './dependencies.ts';

/** A sequence as the store knows it: the key of its pixels and the ending of its files. */
export type StoredSequence = { pixelKey: string; ending: 'exr' | 'dpx' };

/** The sequence that a job makes. */
export function storedSequence(pixelKey: string, { clip, output }: SegmentJob): StoredSequence {
  if (output.kind === 'movie') throw new Error(`a movie of ${clip.clipName} is not rendered in segments`);
  return { pixelKey, ending: output.kind };
}

/** Frames of a range that stand in the store already, by source frame. */
export async function framesPresent(
  deps: Dependencies,
  { pixelKey, ending }: StoredSequence,
  frames: readonly number[],
): Promise<Map<number, StoredFrame>> {
  const bucket = deps.store.bucket('work');
  const found = await Promise.all(
    frames.map(async (frame) => {
      const key = frameKey(pixelKey, frame, ending);
      const stat = await deps.store.stat(bucket, key);
      return stat?.metadata.xxh128 === undefined
        ? null
        : { frame, key, sizeBytes: stat.sizeBytes, xxh128: stat.metadata.xxh128 };
    }),
  );
  return new Map(found.filter((frame) => frame !== null).map((frame) => [frame.frame, frame]));
}

/** Uploads that overlap the render; one that fails stops the render at once, and is the failure that counts. */
export function uploadsOf(deps: Dependencies, { pixelKey, ending }: StoredSequence, outer: AbortSignal) {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const started = new Map<number, Promise<StoredFrame>>();
  return {
    signal,
    start: (frame: RenderedFrame): void => {
      if (started.has(frame.frame)) return;
      const put = putFrame(deps, frameKey(pixelKey, frame.frame, ending), frame, signal);
      started.set(frame.frame, put);
      put.catch((error: unknown) => stop.abort(error));
    },
    failure: (): unknown => (stop.signal.aborted ? stop.signal.reason : undefined),
    all: (): Promise<StoredFrame[]> => Promise.all(started.values()),
  };
}

async function putFrame(
  deps: Dependencies,
  key: string,
  frame: RenderedFrame,
  signal: AbortSignal,
): Promise<StoredFrame> {
  await deps.store.putFileIfAbsent(deps.store.bucket('work'), key, frame.file, frame, { signal });
  return { frame: frame.frame, key, sizeBytes: frame.sizeBytes, xxh128: frame.xxh128 };
}

/** Whether a segment is done: its manifest makes its frames count. */
export async function isSegmentDone(
  deps: Dependencies,
  pixelKey: string,
  first: number,
  last: number,
): Promise<boolean> {
  const key = segmentManifestKey(pixelKey, first, last);
  return (await deps.store.stat(deps.store.bucket('work'), key)) !== null;
}

/** Writes the manifest of a segment whose frames are all there. */
export async function putSegmentManifest(
  deps: Dependencies,
  pixelKey: string,
  first: number,
  last: number,
  present: ReadonlyMap<number, StoredFrame>,
): Promise<void> {
  const manifest: SegmentManifest = {
    version: 1,
    kind: 'segment-manifest',
    pixelKey,
    first,
    last,
    frames: range(first, last).map((frame) => present.get(frame) as StoredFrame),
  };
  await deps.store.putDocument(
    deps.store.bucket('work'),
    segmentManifestKey(pixelKey, first, last),
    manifest,
  );
}

/** Source frames from `first` to `last`, inclusive. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
