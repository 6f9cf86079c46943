import { type Finding, finding } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { JobSourceFile } from '../../schemas/segment-job.ts';
import type { MovieSound, SoundChoice } from '../../schemas/sound.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { add, floor, isEqual, multiply, negate, rational, subtract } from '../../standards/time/rational.ts';
import { type SoundTiming, soundFormatOf, soundTiming } from '../inspection/sound-timing.ts';
import { isOfAnotherDay } from '../inspection/sound-under-clip.ts';
import { type ClipSource, rationalField } from './clip-source.ts';
import { soundClockFindings } from './sound-clock-findings.ts';
import { lengthOf, onTracks, TRACK_RATE, type Voice } from './sound-tracks.ts';

/** What a movie's job is told of its sound; `sound` null: as the camera recorded it. */
export type LaidSound = { files: JobSourceFile[]; sound: MovieSound | null; findings: Finding[] };

/**
 * Lays the sound rolls of the day under a plate's range, to the sample. What is not there is silent, and a finding says so.
 * @param sounds of the same shoot day, with the objects of their files
 */
export function laySound(
  source: ClipSource,
  plate: PlannedPlate,
  sounds: readonly ClipSource[],
  choice: SoundChoice,
): LaidSound {
  const rate = rationalField(source.clip, 'frameRate');
  if (choice === 'camera' || rate === null) return { files: [], sound: null, findings: [] };
  const { first, last } = plate.sourceFrames;
  const seconds = (frames: number) => multiply(rational(frames), rational(rate.den, rate.num));
  const sampleCount = samplesIn(seconds(last - first + 1), TRACK_RATE);
  if (choice === 'none')
    return { files: [], sound: { camera: false, sampleCount, tracks: [] }, findings: [] };
  const subject = { kind: 'plate', id: plate.plateId } as const;
  const found = soundsUnder(source, sounds, { begins: seconds(first), sampleCount });
  const { files, tracks } = onTracks(found.voices);
  if (tracks.length === 0) {
    const why = found.why ?? `no sound roll of the day runs under ${source.clip.clipName}`;
    const sentence = `${plate.plateId}: ${why}. Its movies carry no sound but the camera's; when the roll is in, send the list again (\`rushes turnover submit\` with the next \`--revision\`), and they are made with it.`;
    return {
      files: [],
      sound: null,
      findings: [...found.findings, finding('sound-not-found', subject, sentence)],
    };
  }
  return {
    files,
    sound: { camera: choice === 'both', sampleCount, tracks },
    findings: [...found.findings, ...silenceFindings(plate, tracks, sampleCount)],
  };
}

type Range = { begins: Rational; sampleCount: number };

function soundsUnder(
  source: ClipSource,
  sounds: readonly ClipSource[],
  range: Range,
): { voices: Voice[]; findings: Finding[]; why: string | null } {
  const capture = rationalField(source.clip, 'captureRate');
  const rate = rationalField(source.clip, 'frameRate');
  if (capture && rate && !isEqual(capture, rate))
    return {
      voices: [],
      findings: [],
      why: `${source.clip.clipName} was filmed off speed, so no sound runs with it`,
    };
  const voices: Voice[] = [];
  const findings: Finding[] = [];
  for (const sound of sounds) {
    const timing = isOfAnotherDay(source.clip, sound.clip) ? null : soundTiming(source.clip, sound.clip);
    if (timing === null) continue;
    if ('differs' in timing) {
      if (mayRunUnder(source, sound, range)) findings.push(rateFinding(source, sound, timing.differs));
      continue;
    }
    const piece = pieceIn(timing, range);
    if (piece === null) continue;
    const object = sound.objects.find(({ path }) => path === sound.clip.files[0]?.path)?.object;
    if (object === undefined) {
      findings.push(absentFinding(source, sound));
      continue;
    }
    findings.push(...soundClockFindings(sound, timing.format));
    voices.push({ sound, object, format: timing.format, offset: timing.offset, piece });
  }
  return { voices, findings, why: null };
}

/** The part of a recording that is heard in a range; null when it is over before, or begins after. */
function pieceIn(
  { offset, playRate, format }: SoundTiming,
  { begins, sampleCount }: Range,
): Voice['piece'] | null {
  const from = subtract(offset, begins);
  const isBefore = from.num < 0;
  const at = isBefore ? 0 : samplesIn(from, TRACK_RATE);
  const first = isBefore ? samplesIn(negate(from), playRate) : 0;
  const wanted = Math.ceil(((sampleCount - at) * playRate) / TRACK_RATE);
  const count = Math.min(wanted, format.samples! - first);
  return at >= sampleCount || count <= 0
    ? null
    : { first, count, at, sampleRate: format.sampleRate, playRate };
}

/** To the nearest sample: the fraction of one that is left is a hundredth of a millisecond. */
function samplesIn(seconds: Rational, rate: number): number {
  return floor(add(multiply(seconds, rational(rate)), rational(1, 2)));
}

/** Whether a recording whose clock cannot be trusted comes near the range: nobody is told of the others. */
function mayRunUnder(source: ClipSource, sound: ClipSource, { begins, sampleCount }: Range): boolean {
  const asTheCamera = { ...sound.clip.fields, audio: { value: [withoutRate(sound)] } };
  const timing = soundTiming(source.clip, { fields: asTheCamera });
  if (timing === null || 'differs' in timing) return false;
  const from = subtract(timing.offset, begins);
  const ends = add(from, timing.length);
  return ends.num > 0 && from.num / from.den < sampleCount / TRACK_RATE;
}

function withoutRate({ clip }: ClipSource): unknown {
  const format = soundFormatOf(clip);
  return { ...format, clock: { ...format?.clock, timecodeRate: null } };
}

function rateFinding(source: ClipSource, sound: ClipSource, differs: string): Finding {
  const sentence = `${nameOf(sound)} is not laid under ${source.clip.clipName}: ${differs}. One of the two was set wrong, or the film is slowed down and the recording does not say so; record at 48048 Hz for that, or sync it by hand.`;
  return finding('sound-rate-differs', { kind: 'clip', id: source.clipId }, sentence, { differs });
}

function absentFinding(source: ClipSource, sound: ClipSource): Finding {
  const sentence = `${nameOf(sound)} runs under ${source.clip.clipName} and is not among the originals of this site: send its roll there (\`rushes transfer\`).`;
  return finding('sound-not-here', { kind: 'clip', id: source.clipId }, sentence, {});
}

/** Where tracks are silent because nothing was recorded. */
function silenceFindings(
  { plateId }: PlannedPlate,
  tracks: MovieSound['tracks'],
  sampleCount: number,
): Finding[] {
  const silent = tracks.flatMap(({ name, pieces }) => {
    const heard = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
    const missing = sampleCount - Math.min(heard, sampleCount);
    // A rounded end is no silence.
    return missing <= 1 ? [] : [{ name, missing, starts: pieces[0]!.at }];
  });
  if (silent.length === 0) return [];
  const named = silent
    .map(
      ({ name, missing, starts }) =>
        `${name} (${told(missing)}${starts > 0 ? `, ${told(starts)} of it before it begins` : ''})`,
    )
    .join(', ');
  const sentence = `${plateId}: the sound roll does not cover the whole range of ${told(sampleCount)}; silent are ${named}.`;
  return [finding('sound-partial', { kind: 'plate', id: plateId }, sentence, { sampleCount, silent })];
}

function told(samples: number): string {
  return `${(samples / TRACK_RATE).toFixed(3)} s`;
}

function nameOf({ clip }: ClipSource): string {
  return clip.files[0]?.path ?? clip.clipName;
}
