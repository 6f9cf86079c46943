import type { InspectedClip, SoundUnderClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { isEqual } from '../../standards/time/rational.ts';
import { soundTiming } from './sound-timing.ts';

/** A sound recording that runs while a clip runs. Seconds of timecode day. */
export type SoundMatch = { sound: InspectedClip; offsetSeconds: number; overlapSeconds: number };

const DAY_SECONDS = 24 * 3600;

type Stretch = { start: number; length: number };

/**
 * Which sound recordings run under a clip, by timecode modulo 24 h on the same shooting day, the longest overlap first. A clip filmed
 * off speed counts frames that are not seconds of the clock, so nothing is matched to it.
 */
export function soundUnderClip(clip: InspectedClip, sounds: readonly InspectedClip[]): SoundMatch[] {
  const [project, sensor] = [
    clip.fields.frameRate?.value as Rational | null,
    clip.fields.captureRate?.value as Rational | null,
  ];
  const picture = stretchOf(clip);
  if (!picture || (project && sensor && !isEqual(project, sensor))) return [];
  const matches = sounds.flatMap((sound): SoundMatch[] => {
    if (isOfAnotherDay(clip, sound)) return [];
    const timing = soundTiming(clip, sound);
    // By the recorder's own clock, to the sample; by frames of a timecode where it has none.
    if (timing !== null && !('differs' in timing)) {
      const offset = timing.offset.num / timing.offset.den;
      return overlap(sound, picture.length, offset, timing.length.num / timing.length.den);
    }
    const heard = stretchOf(sound);
    if (!heard) return [];
    const distance = (((heard.start - picture.start) % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
    // The sound may have begun before the picture: then the distance wraps.
    const offsetSeconds = distance > DAY_SECONDS / 2 ? distance - DAY_SECONDS : distance;
    return overlap(sound, picture.length, offsetSeconds, heard.length);
  });
  return matches.sort((a, b) => b.overlapSeconds - a.overlapSeconds);
}

function overlap(
  sound: InspectedClip,
  pictureSeconds: number,
  offsetSeconds: number,
  soundSeconds: number,
): SoundMatch[] {
  const overlapSeconds = Math.min(pictureSeconds, offsetSeconds + soundSeconds) - Math.max(0, offsetSeconds);
  return overlapSeconds > 0 ? [{ sound, offsetSeconds, overlapSeconds }] : [];
}

/** Whether a clip was recorded more than a day from another by what both tell; timecode begins anew each day. */
export function isOfAnotherDay(clip: InspectedClip, sound: InspectedClip): boolean {
  const [one, other] = [dayOf(clip), dayOf(sound)];
  return one !== null && other !== null && Math.abs(daysBetween(one, other)) > 1;
}

function dayOf(clip: InspectedClip): string | null {
  const day = clip.fields.recordedAt?.value;
  return typeof day === 'string' ? day.slice(0, 10) : null;
}

/** Whether a clip is sound without a picture. */
export function isSoundClip(clip: InspectedClip): boolean {
  return clip.fields.container?.value === 'wav' || clip.fields.container?.value === 'aiff';
}

/** The sound of some clips that runs under one of them, as its record tells it; nothing under sound itself. */
export function soundOf(clip: InspectedClip, sounds: readonly InspectedClip[]): SoundUnderClip[] {
  if (isSoundClip(clip)) return [];
  return soundUnderClip(clip, sounds).map(({ sound, offsetSeconds, overlapSeconds }) => ({
    clipName: sound.clipName,
    clipId: typeof sound.fields.clipId?.value === 'string' ? sound.fields.clipId.value : null,
    path: sound.files[0]?.path ?? sound.clipName,
    soundRoll: soundRollOf(sound),
    offsetSeconds: Number(offsetSeconds.toFixed(6)),
    overlapSeconds: Number(overlapSeconds.toFixed(6)),
  }));
}

function soundRollOf(sound: InspectedClip): string | null {
  const roll = (sound.fields.slate?.value as { soundRoll?: unknown } | null)?.soundRoll;
  return typeof roll === 'string' ? roll : null;
}

function stretchOf(clip: InspectedClip): Stretch | null {
  const field = clip.fields.startTimecode;
  const startFrame = field?.startFrame;
  const rate = field?.rate as Rational | null | undefined;
  const frames = clip.fields.durationFrames?.value;
  const frameRate = (clip.fields.frameRate?.value as Rational | null | undefined) ?? rate;
  if (typeof startFrame !== 'number' || !rate || !frameRate || typeof frames !== 'number') return null;
  return {
    start: (startFrame * rate.den) / rate.num,
    length: (frames * frameRate.den) / frameRate.num,
  };
}

function daysBetween(a: string, b: string): number {
  return (Date.parse(`${a}T00:00:00Z`) - Date.parse(`${b}T00:00:00Z`)) / (DAY_SECONDS * 1000);
}
