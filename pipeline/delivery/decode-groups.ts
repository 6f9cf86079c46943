import type { PreparedDeliverable } from '../../schemas/plate-facts.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { gridFrames } from './segments.ts';

/** A plate of up to so many segments goes with its movies: losing the worker then costs a movie twice at most that long. */
const MOST_SEGMENTS = 2;

/**
 * Names of the deliverables of a plate to be made of one decode; none where nothing is gained. A short plate goes with its
 * movies and stills; of a long one, whose segments go to many workers, only the movies and stills go together.
 * @param sharesDecode whether the engine can make these of one decode
 */
export function decodeGroup(
  deliverables: readonly PreparedDeliverable[],
  sharesDecode: (jobs: SegmentJob[]) => boolean,
): string[] {
  const movies = deliverables.filter(({ kind }) => kind === 'movie');
  const short = deliverables.filter(({ kind, job }) => kind === 'sequence' && isShort(job));
  const groups = [...short.map((sequence) => [sequence, ...movies]), movies];
  const group = groups.find((each) => each.length > 1 && sharesDecode(each.map(({ job }) => job)));
  return (group ?? []).map(({ name }) => name);
}

function isShort({ frames, geometry }: SegmentJob): boolean {
  return frames.last - frames.first + 1 <= MOST_SEGMENTS * gridFrames(geometry.source);
}
