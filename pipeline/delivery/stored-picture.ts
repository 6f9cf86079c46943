import type { InspectedClip } from '../../schemas/clip.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { type FrameTimes, Orientation, PixelSize } from '../../schemas/segment-job.ts';
import { fieldValue, numberField, rationalField } from './clip-source.ts';

/** Codecs whose pictures are turned here: the makers' own decoders turn theirs as they see fit. */
const TURNED = /prores|dnx|h\.?26[45]|avc|hevc|cineform|mjpe?g|jpeg ?2000|dpx|mpeg-?2|"dv"|"raw"|"tiff"/i;

/**
 * The size of a clip's picture, upright.
 * @throws PipelineError unreadable when inspection found none: nothing can be framed
 */
export function sourceSize(clip: InspectedClip): PixelSize {
  const parsed = PixelSize.safeParse(fieldValue(clip, 'imageSize'));
  if (parsed.success) {
    const { width, height } = parsed.data;
    return isOnItsSide(orientationOf(clip)) ? { width: height, height: width } : { width, height };
  }
  throw new PipelineError(
    'unreadable',
    `Clip ${clip.clipName} has no picture size, so its frames cannot be placed.`,
    {
      clipName: clip.clipName,
      imageSize: fieldValue(clip, 'imageSize'),
    },
  );
}

/** How the stored picture of a clip comes upright; null when it is, or when its own decoder sees to that. */
export function orientationOf(clip: InspectedClip): Orientation | null {
  const { data } = Orientation.safeParse({
    mirrored: fieldValue(clip, 'isMirrored') === true,
    clockwise: fieldValue(clip, 'rotation') ?? 0,
  });
  if (!data || (!data.mirrored && data.clockwise === 0)) return null;
  return TURNED.test(JSON.stringify(fieldValue(clip, 'codec') ?? '')) ? data : null;
}

/** Whether width and height change places. */
export function isOnItsSide(orientation: Orientation | null | undefined): boolean {
  return orientation?.clockwise === 90 || orientation?.clockwise === 270;
}

/** Where the frames of a movie lie, when that is not evenly at the clip's rate from the start of the file. */
export function frameTimesOf(clip: InspectedClip): { frameTimes?: FrameTimes } {
  const delay = numberField(clip, 'pictureDelay');
  const stored = rationalField(clip, 'storedFrameRate');
  const isVariable = fieldValue(clip, 'isVariableFrameRate') === true;
  const rate = stored ?? rationalField(clip, 'frameRate');
  if (rate === null || (delay === null && stored === null && !isVariable)) return {};
  return { frameTimes: { startMicros: Math.round((delay ?? 0) * 1e6), rate, isVariable } };
}
