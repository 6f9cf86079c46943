import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { TrimSpec } from '../../schemas/recipe.ts';
import type { OriginalFile, PreparedTrim, TrimJob } from '../../schemas/trim.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { type ClipSource, numberField, rationalField, textField } from './clip-source.ts';
import type { FrameSpan } from './segments.ts';
import { timecodeAt } from './timecode-at.ts';

/** Containers in which a stream copy can carry timecode, reel and camera keys. */
const CUTTABLE = /\b(mxf|mov|quicktime|qt)\b/i;

/** What a finishing conform has beside the picture; proxies and thumbnails repeat it, whole and small. */
const COMPANION_ROLES = new Set<OriginalFile['role']>(['sidecar', 'audio', 'other']);

type TrimInput = {
  source: ClipSource;
  plate: PlannedPlate;
  spec: TrimSpec;
  fingerprint: Record<string, string>;
};

/**
 * Decides how the originals of a plate's range are handed over: frame files as they are, a movie by a stream copy that is
 * still to be proven exact, or whole where that is known to be impossible.
 * @throws PipelineError not-found when an original of the range has no stored object
 */
export function prepareTrim(input: TrimInput): { trim: PreparedTrim; findings: Finding[] } {
  const { source, plate, spec } = input;
  const { first, last } = plate.sourceFrames;
  const originals = originalsOf(source);
  const companions = originals.filter(({ role }) => COMPANION_ROLES.has(role)).map(stored(source));
  const frames = originals.filter(({ role }) => role === 'frame');
  const wanted = { first, last };
  const common = { name: spec.name, companions, frames: wanted };
  if (frames.length > 0) {
    const inRange = frames.filter(({ frame }) => frame !== undefined && frame >= first && frame <= last);
    const trim = { ...common, contentKey: '', job: null, pictures: inRange.map(stored(source)), why: null };
    return { trim: { ...trim, covers: wanted }, findings: holes(plate, inRange) };
  }
  const movies = originals.filter(({ role }) => role === 'essence' || role === 'segment').map(stored(source));
  const { why, job } = cutOf(input, movies, wanted);
  const covers = { first: 0, last: (numberField(source.clip, 'frameCount') ?? last + 1) - 1 };
  const contentKey = job === null ? '' : trimKey(job, input.fingerprint);
  return { trim: { ...common, contentKey, job, pictures: movies, covers, why }, findings: [] };
}

type Listed = Omit<OriginalFile, 'object'> & { object: OriginalFile['object'] | undefined };

function originalsOf(source: ClipSource): Listed[] {
  const objects = new Map(source.objects.map(({ path, object }) => [path, object]));
  return source.clip.files.map((file) => ({ ...file, object: objects.get(file.path) }));
}

function stored(source: ClipSource): (file: Listed) => OriginalFile {
  return ({ path, role, frame, object }) => {
    if (object !== undefined) return { path, role, ...(frame === undefined ? {} : { frame }), object };
    const sentence = `${path} of clip ${source.clip.clipName} is not in the store.`;
    throw new PipelineError('not-found', sentence, { clipId: source.clipId, path });
  };
}

function holes(plate: PlannedPlate, frames: readonly Listed[]): Finding[] {
  const { first, last } = plate.sourceFrames;
  const present = new Set(frames.map(({ frame }) => frame));
  const missing: number[] = [];
  for (let frame = first; frame <= last; frame++) if (!present.has(frame)) missing.push(frame);
  if (missing.length === 0) return [];
  const named = `${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}`;
  const sentence = `${plate.plateId} lacks ${missing.length} of ${last - first + 1} frames: ${plate.clipName} has no source frame ${named}.`;
  return [
    finding('frame-missing', { kind: 'plate', id: plate.plateId }, sentence, {
      missing: missing.slice(0, 1000),
    }),
  ];
}

/** The stream copy to try, or why there is no use in trying. Neither where the range is the whole movie. */
function cutOf(
  { source, plate }: TrimInput,
  movies: readonly OriginalFile[],
  frames: FrameSpan,
): { why: string | null; job: TrimJob | null } {
  const whole = (why: string) => ({ why, job: null });
  const [movie, ...rest] = movies;
  if (movie === undefined) return whole('no picture file of it is known');
  if (rest.length > 0) return whole(`it was recorded as ${movies.length} files`);
  const frameRate = rationalField(source.clip, 'frameRate');
  const frameCount = numberField(source.clip, 'frameCount');
  if (frameRate === null || frameCount === null)
    return whole('its frame rate or its number of frames is not known');
  if (frames.first === 0 && frames.last === frameCount - 1) return { why: null, job: null };
  const container = textField(source.clip, 'container') ?? '';
  if (!CUTTABLE.test(container)) return whole(`«${container}» is not a container that can be cut exactly`);
  const clip = {
    clipId: plate.clipId,
    clipName: source.clip.clipName,
    frameRate,
    frameCount,
    startTimecode: textField(source.clip, 'startTimecode'),
  };
  const name = movie.path.slice(movie.path.lastIndexOf('/') + 1);
  const startTimecode = timecodeAt(source, frames.first);
  return {
    why: null,
    job: { version: 1, kind: 'trim-job', clip, source: { ...movie.object, name }, frames, startTimecode },
  };
}

/** The work key of a cut: the same original, range and labels by the same tools give the same bytes. */
function trimKey(job: TrimJob, fingerprint: Record<string, string>): string {
  const { name, sizeBytes, xxh128 } = job.source;
  return sha256OfCanonical({
    rule: 'trim-key-1',
    source: { name, sizeBytes, xxh128 },
    frames: job.frames,
    frameRate: job.clip.frameRate,
    startTimecode: job.startTimecode,
    fingerprint,
  });
}
