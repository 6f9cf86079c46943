import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { TrimJob } from '../../schemas/trim.ts';
import { createHasher } from '../../standards/hash/hasher.ts';
import type { ResolvedSource, TrimResult } from '../engine.ts';
import { FFMPEG_BITEXACT, FFMPEG_QUIET, seekArguments } from '../tools/ffmpeg.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { type MovieLayout, movieLayout } from './movie-layout.ts';
import { type MoviePacket, picturePackets } from './movie-packets.ts';
import { setUniqueUmids } from './mxf-umid.ts';

const STALL_MS = 120_000;
/** FFmpeg's own words for what a container cannot hold; everything else it fails with may succeed another time. */
const REFUSED =
  /not currently supported in container|could not find tag for codec|could not write header|unsupported (video|audio) codec|only 48khz|invalid argument/i;

/**
 * Copies a range of a movie's packets into a new file of the same form, and proves that they are the packets of exactly
 * these frames. Sound is cut to the sample, as PCM of the same kind.
 * @throws PipelineError tool-missing, tool-failed, tool-stalled
 */
export async function trimMovie(
  tools: ToolPaths,
  job: TrimJob,
  source: ResolvedSource,
  workDir: string,
  signal: AbortSignal,
): Promise<TrimResult> {
  const layout = await movieLayout(tools, source.location, job, signal);
  if ('cannot' in layout) return layout;
  const { first, last } = job.frames;
  const count = last - first + 1;
  const range = { seconds: seekArguments(first, job.clip.frameRate)[1] ?? '0', count };
  const wanted = await picturePackets(tools, source.location, job.clip.frameRate, range, signal);
  const reason = whyNotCut(wanted, first, count);
  if (reason !== null) return { cannot: reason };
  await mkdir(workDir, { recursive: true });
  const file = join(workDir, job.source.name);
  // Not after its name, which may have all the bytes that a name can have.
  const part = join(workDir, '.part');
  const refusal = await copyStreams(tools, job, layout, source.location, part, signal);
  if (refusal !== null) return { cannot: refusal };
  const got = await picturePackets(tools, part, job.clip.frameRate, null, signal);
  const isSame =
    got.length === count && got.every((packet, i) => packet.frame === i && packet.md5 === wanted[i]?.md5);
  if (!isSame) {
    await rm(part);
    return { cannot: 'a stream copy does not hold exactly the packets of these frames' };
  }
  if (layout.container === 'mxf') await setUniqueUmids(part, `${job.source.xxh128}/${first}-${last}`);
  const digest = await hashFile(part);
  await rename(part, file);
  return { file, ...digest, frameCount: count };
}

/** Frames can be taken out only where each stands by itself and is found at its own time. */
function whyNotCut(packets: readonly MoviePacket[], first: number, count: number): string | null {
  if (packets.length !== count || packets.some(({ frame }, i) => frame !== first + i))
    return 'its frames are not stored one by one in the order they are shown';
  const dependent = packets.find(({ isKey }) => !isKey);
  return dependent === undefined
    ? null
    : `frame ${dependent.frame} is stored as the difference to others (long-GOP)`;
}

async function copyStreams(
  tools: ToolPaths,
  job: TrimJob,
  layout: MovieLayout,
  location: string,
  part: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { first, last } = job.frames;
  const { num, den } = job.clip.frameRate;
  const micros = Math.floor(((last - first + 1) * den * 1e6) / num);
  const reel = layout.container === 'mxf' ? '-metadata' : '-metadata:s:v:0';
  const result = await runProgram({
    tool: 'ffmpeg',
    path: requireTool(tools, 'ffmpeg'),
    args: [
      ...FFMPEG_QUIET,
      ...['-progress', 'pipe:1'],
      ...[...seekArguments(first, job.clip.frameRate), '-i', location],
      ...['-map', '0:v:0', '-map', '0:a?', '-map_metadata', '0', '-c', 'copy'],
      ...layout.sound.flatMap((codec, i) => (codec.startsWith('pcm_') ? [`-c:a:${i}`, codec] : [])),
      // By time alone: a count of pictures would end the sound with the last of them in whatever order packets came.
      ...['-t', (micros / 1e6).toFixed(6)],
      ...(job.startTimecode === null ? [] : ['-timecode', job.startTimecode]),
      ...(layout.reelName === null ? [] : [reel, `reel_name=${layout.reelName}`]),
      ...FFMPEG_BITEXACT,
      ...(layout.container === 'mov' ? ['-movflags', 'use_metadata_tags+write_colr'] : []),
      ...['-f', layout.container, part],
    ],
    signal,
    stallAfterMs: STALL_MS,
    stdout: 'ignore',
    goodExitCodes: 'any',
  });
  if (result.exitCode === 0) return null;
  await rm(part, { force: true });
  const words = result.stderrTail.trim().split('\n').at(-1) ?? '';
  if (REFUSED.test(result.stderrTail)) return `its streams cannot be written again as they are: ${words}`;
  throw new PipelineError('tool-failed', `ffmpeg could not cut ${job.source.name}: ${words}`, {
    tool: 'ffmpeg',
    exitCode: result.exitCode,
    stderrTail: result.stderrTail,
  });
}

async function hashFile(path: string): Promise<{ sizeBytes: number; xxh128: string }> {
  const hasher = createHasher(['xxh128']);
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 }))
    hasher.update(chunk as Buffer);
  return { sizeBytes: (await stat(path)).size, xxh128: hasher.digests().xxh128! };
}
