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
  const shares = (group: readonly PreparedDeliverable[]) =>
    group.length > 1 && sharesDecode(group.map(({ job }) => job));
  const whole = [...short.map((sequence) => [sequence, ...movies]), movies].find(shares);
  return (whole ?? asManyAsShare(movies, shares)).map(({ name }) => name);
}

/** Where all are too many for one decode, as many as can be, in the order of the recipe. */
function asManyAsShare(
  movies: readonly PreparedDeliverable[],
  shares: (group: readonly PreparedDeliverable[]) => boolean,
): PreparedDeliverable[] {
  const group: PreparedDeliverable[] = [];
  for (const movie of movies) if (group.length === 0 || shares([...group, movie])) group.push(movie);
  return group.length > 1 ? group : [];
}

function isShort({ frames, geometry }: SegmentJob): boolean {
  return frames.last - frames.first + 1 <= MOST_SEGMENTS * gridFrames(geometry.source);
}
