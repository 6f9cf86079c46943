import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { ResolvedSource } from '../engine.ts';
import { frameSource, localFile } from '../open/source-files.ts';
import { isUrl } from '../tools/url-location.ts';
import { requireSameStart } from './check-start.ts';
import { answerOf } from './parse-answer.ts';
import type { FlapiSession } from './session.ts';
import type { Handle } from './wire.ts';

/** The clip as flapid sees it, and how our source frames count there. */
export type Media = { sequence: Handle; numberOf: (frame: number) => number };

/**
 * Opens the clip: a movie by its file, a sequence by FilmLight's template over the frames that are wanted.
 * @throws PipelineError not-found for frames that are not there, unsupported for a movie that is only there by URL
 */
export async function openMedia(
  session: FlapiSession,
  job: SegmentJob,
  sources: readonly ResolvedSource[],
  frames: readonly number[],
  folder: string,
  signal: AbortSignal,
): Promise<Media> {
  return sources.some(({ frame }) => frame !== undefined)
    ? openSequence(session, job, sources, frames, folder, signal)
    : openMovie(session, job, sources, frames);
}

async function openMovie(
  session: FlapiSession,
  job: SegmentJob,
  sources: readonly ResolvedSource[],
  frames: readonly number[],
): Promise<Media> {
  // Spanned originals (R3D) are one clip to the maker's software, which finds the other files beside the first.
  const filepath = sources[0]!.location;
  if (isUrl(filepath))
    throw new PipelineError(
      'unsupported',
      `the flapi engine reads files in place: ${sources[0]!.name} of ${job.clip.clipName} is only there by URL; mount the store`,
      { name: sources[0]!.name },
    );
  const answer = await session.ask('SequenceDescriptor.get_for_file', { filepath });
  const sequence = session.object(answer, 'SequenceDescriptor');
  const start = await answerOf(session, z.int(), 'SequenceDescriptor.get_start_frame', {}, sequence);
  const end = await answerOf(session, z.int(), 'SequenceDescriptor.get_end_frame', {}, sequence);
  const beyond = frames.find((frame) => start + frame > end);
  if (beyond !== undefined)
    throw new PipelineError(
      'not-found',
      `${job.clip.clipName} has ${end - start + 1} frames, source frame ${beyond} was asked for`,
      { frame: beyond, start, end },
    );
  await requireSameStart(session, sequence, job, 0);
  return { sequence, numberOf: (frame) => start + frame };
}

async function openSequence(
  session: FlapiSession,
  job: SegmentJob,
  sources: readonly ResolvedSource[],
  frames: readonly number[],
  folder: string,
  signal: AbortSignal,
): Promise<Media> {
  const wanted = frames.map((frame) => frameSource(sources, frame));
  const names = wanted.map(({ name }) => numbered(name));
  const { before, digits, after } = names[0]!;
  const numbers = new Map(wanted.map((source, index) => [source.frame!, names[index]!.number]));
  const strange = names.find((each) => each.before !== before || each.after !== after);
  if (strange) throw unnumbered(strange.name);
  const place = await gather(wanted, folder, signal);
  const template = join(place, `${before}%.${digits}F${after}`);
  const values = [...numbers.values()];
  const params = { template, start: Math.min(...values), end: Math.max(...values) };
  const answer = await session.ask('SequenceDescriptor.get_for_template', params);
  const found = Array.isArray(answer) ? answer : [];
  if (found.length !== 1)
    throw new PipelineError(
      'not-found',
      `flapid finds ${found.length} sequences at ${template} from ${params.start} to ${params.end}, expected one`,
      params,
    );
  const sequence = session.object(found[0], 'SequenceDescriptor');
  await requireSameStart(session, sequence, job, frames[0]!);
  return { sequence, numberOf: (frame) => numbers.get(frame)! };
}

/** The folder all files lie in under their own names: theirs, or one of ours with links to them. */
async function gather(
  wanted: readonly ResolvedSource[],
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const first = dirname(wanted[0]!.location);
  if (wanted.every(({ name, location }) => location === join(first, name))) {
    await Promise.all(wanted.map((source) => localFile(source, folder, signal)));
    return first;
  }
  for (const source of wanted)
    await symlink(await localFile(source, folder, signal), join(folder, source.name));
  return folder;
}

function numbered(name: string): {
  name: string;
  before: string;
  digits: number;
  number: number;
  after: string;
} {
  const match = /^([^%]*?)(\d+)(\.[A-Za-z0-9]+)$/.exec(name);
  if (!match) throw unnumbered(name);
  const [, before, number, after] = match as unknown as [string, string, string, string];
  return { name, before, digits: number.length, number: Number(number), after };
}

function unnumbered(name: string): PipelineError {
  return new PipelineError('unsupported', `${name} is not numbered as the other frames of its clip are`, {
    name,
  });
}
