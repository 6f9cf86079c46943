import type { InspectedClip } from '../../schemas/clip.ts';
import { PipelineError } from '../../schemas/failure.ts';
import type { StoredObject } from '../../schemas/file.ts';
import { Rational } from '../../schemas/rational.ts';
import type { DecodeSettings, JobSourceFile } from '../../schemas/segment-job.ts';

/** What a camera format fixes for every clip of its kind. */
export type CameraFormatChoices = {
  /** Colour space of the pinned OpenColorIO config that decoded pixels are in; `camera-native` for raw; null when missing. */
  inputColorSpace: string | null;
  /** Decode values that a person fixed; what is absent is as shot. */
  decode?: Partial<DecodeSettings>;
  /** Squeeze of the lens, e.g. 2/1. @default the clip's own field, else 1/1 */
  lensSqueeze?: Rational;
};

/** A clip as the catalogue knows it: what was inspected, and where each of its files lies. */
export type ClipSource = {
  clipId: string;
  clip: InspectedClip;
  /** Stored object of each of `clip.files`, by its `path`. */
  objects: { path: string; object: StoredObject }[];
  cameraFormat: CameraFormatChoices | null;
  /** Id of its camera format, where it has one. */
  cameraFormatId?: string | null;
};

/** The value of a normalized field, or null when the clip has none. */
export function fieldValue(clip: InspectedClip, name: string): unknown {
  return clip.fields[name]?.value ?? null;
}

/** A text field, trimmed; null when absent, empty or not text. */
export function textField(clip: InspectedClip, name: string): string | null {
  const value = fieldValue(clip, name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A number field; null when absent or not finite. */
export function numberField(clip: InspectedClip, name: string): number | null {
  const value = fieldValue(clip, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A rate or aspect; null when absent or not a fraction above zero. */
export function rationalField(clip: InspectedClip, name: string): Rational | null {
  const parsed = Rational.safeParse(fieldValue(clip, name));
  return parsed.success && parsed.data.num > 0 ? parsed.data : null;
}

/**
 * The clip's picture files with their stored objects, in recorded order.
 * @throws PipelineError not-found when a picture file of the clip has no stored object
 */
export function pictureSources(source: ClipSource): JobSourceFile[] {
  const objects = new Map(source.objects.map(({ path, object }) => [path, object]));
  const pictures = source.clip.files.filter((file) => ['essence', 'segment', 'frame'].includes(file.role));
  return pictures.map((file) => {
    const object = objects.get(file.path);
    if (!object) {
      throw new PipelineError(
        'not-found',
        `${file.path} of clip ${source.clip.clipName} is not in the store.`,
        {
          clipId: source.clipId,
          path: file.path,
        },
      );
    }
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    return { ...object, name, ...(file.frame === undefined ? {} : { frame: file.frame }) };
  });
}
