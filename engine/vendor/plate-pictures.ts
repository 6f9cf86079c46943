import type { Geometry, PixelRectangle, SegmentJob } from '../../schemas/segment-job.ts';
import { canonicalJson } from '../../standards/hash/canonical-json.ts';
import { decodeJob } from './stage-jobs.ts';

/**
 * How a job is framed over the pictures of a plate, where these are what its own first stage would give it: the same frames
 * of the same files, decoded alike into the same light, in half floats, without loss. A scaled plate is not, because a
 * resampled picture is rounded after it was resampled.
 * @returns null where the job needs pictures of its own
 */
export function framingOverPlate(job: SegmentJob, plate: SegmentJob): Geometry | null {
  if (plate.output.kind !== 'exr' || plate.geometry.scale !== null) return null;
  if (job.frames.first < plate.frames.first || job.frames.last > plate.frames.last) return null;
  if (pictureOf(decodeJob(job)) !== pictureOf(plate) || cropOf(job) !== cropOf(plate)) return null;
  const held = pictureIn(plate.geometry);
  return held && { ...job.geometry, ...held };
}

/** What a maker's program is told of a picture. */
function pictureOf({ clip, sources, decode, colour, engine }: SegmentJob): string {
  const files = sources.map(({ name, sizeBytes, xxh128, frame }) => ({ name, sizeBytes, xxh128, frame }));
  return canonicalJson({ clip, files, decode, colour, engine });
}

function cropOf({ geometry: { source, crop, pixelAspectRatio } }: SegmentJob): string {
  return canonicalJson({ source, crop, pixelAspectRatio });
}

/** Where the plate's file has the picture; null where its canvas cuts some of it off. */
function pictureIn({ crop, canvas }: Geometry): Pick<Geometry, 'source' | 'crop'> | null {
  const { width, height } = crop;
  if (canvas === null) return { source: { width, height }, crop: { x: 0, y: 0, width, height } };
  const held: PixelRectangle = { x: canvas.x, y: canvas.y, width, height };
  const isWhole =
    held.x >= 0 && held.y >= 0 && held.x + width <= canvas.width && held.y + height <= canvas.height;
  return isWhole ? { source: { width: canvas.width, height: canvas.height }, crop: held } : null;
}
