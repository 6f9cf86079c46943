import type { DeliveredMovie } from '../../schemas/package.ts';
import type { MadePlate, PreparedDeliverable } from '../../schemas/plate-facts.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { MovieSound } from '../../schemas/sound.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';

/** What a receiver is told of a movie or still, without opening it; nothing of a sequence. */
export function deliveredMovie(
  planned: PlannedPlate,
  { name, job }: PreparedDeliverable,
  path: string,
  { workKey, frameCount }: MadePlate['movies'][number],
): DeliveredMovie[] {
  const { output } = job;
  if (output.kind !== 'movie') return [];
  return [
    {
      plateId: planned.plateId,
      deliverable: name,
      path,
      codec: output.codec,
      container: output.container,
      size: output.size,
      frameCount,
      frameRate: job.clip.frameRate,
      startTimecode: output.startTimecode ?? null,
      reelName: output.reelName ?? null,
      ...deliveredSound(job, output.sound),
      workKey,
    },
  ];
}

/** Which recordings each track is made of. */
function deliveredSound(
  { sound: files = [] }: SegmentJob,
  sound: MovieSound | undefined,
): Pick<DeliveredMovie, 'sound'> {
  if (sound === undefined) return {};
  const tracks = sound.tracks.map(({ name, pieces }) => ({
    name,
    files: [...new Set(pieces.map(({ file }) => file))].map((file) => ({
      name: files[file]!.name,
      xxh128: files[file]!.xxh128,
    })),
  }));
  return { sound: { camera: sound.camera, tracks } };
}
