import type { TurnoverPlan } from '../../schemas/turnover.ts';
import type { Forecast } from '../conform/forecast.ts';
import { type ClipSource, numberField } from './clip-source.ts';

/**
 * What a finishing pull hands over: its bytes are those of the originals in the ranges, of a movie by its share of
 * frames. Nothing is rendered; a movie that turns out to go whole is larger than said here.
 */
export function forecastTrims(plan: TurnoverPlan, sourceOf: (clipId: string) => ClipSource | null): Forecast {
  const plates = plan.plates.map(({ plateId, clipId, sourceFrames: { first, last } }) => {
    const frames = last - first + 1;
    const source = sourceOf(clipId);
    const bytes = source === null ? 0 : bytesOf(source, first, last);
    return { plateId, frames, framesToRender: 0, bytes, coreSeconds: 0 };
  });
  const frames = plates.reduce((sum, plate) => sum + plate.frames, 0);
  const bytes = plates.reduce((sum, plate) => sum + plate.bytes, 0);
  return { plates, frames, framesToRender: 0, bytes, coreHours: 0, seconds: 0 };
}

function bytesOf({ clip, objects }: ClipSource, first: number, last: number): number {
  const files = new Map(clip.files.map((file) => [file.path, file]));
  const count = numberField(clip, 'frameCount') ?? last + 1;
  const share = (last - first + 1) / count;
  const parts = objects.map(({ path, object: { sizeBytes } }) => {
    const file = files.get(path);
    if (file?.frame !== undefined) return file.frame >= first && file.frame <= last ? sizeBytes : 0;
    return file?.role === 'essence' || file?.role === 'segment' ? sizeBytes * share : 0;
  });
  return Math.round(parts.reduce((sum, part) => sum + part, 0));
}
