import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type CardOptions, type MadeCard, makeCard } from '../../../footage/card.ts';
import { frameTimecode } from '../../../footage/clip-spec.ts';
import { readCounter } from '../../../footage/counter.ts';
import { trimDifferences } from '../../../pipeline/delivery/compare-trim.ts';
import type { TrimJob } from '../../../schemas/trim.ts';
import { decodeEightBit } from '../../footage/decode.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';

const SIZE = { width: 320, height: 180 };
const FRAMES = 20;
const signal = new AbortController().signal;

describe('a movie that is cut without decoding', () => {
  const engine = createOpenEngine({ tools: toolPaths() });
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trim-'));
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function card(options: Pick<CardOptions, 'kind'> & Partial<CardOptions>): Promise<MadeCard> {
    const dir = await mkdtemp(join(folder, 'card-'));
    const tools = toolPaths();
    return makeCard({ dir, clips: 1, frames: FRAMES, size: SIZE, seed: 5, tools, seal: false, ...options });
  }

  function jobOf(made: MadeCard, first: number, last: number): { job: TrimJob; original: string } {
    const clip = made.clips[0]!;
    const name = clip.files[0]!.split('/').at(-1)!;
    const job: TrimJob = {
      version: 1,
      kind: 'trim-job',
      clip: {
        clipId: 'c',
        clipName: clip.clipName,
        frameRate: clip.rate,
        frameCount: clip.frameCount,
        startTimecode: clip.startTimecode,
      },
      source: { name, sizeBytes: 1, xxh128: '0'.repeat(32) },
      frames: { first, last },
      startTimecode: frameTimecode(clip, first),
    };
    return { job, original: join(made.path, clip.files[0]!) };
  }

  async function cut(made: MadeCard, first: number, last: number) {
    const { job, original } = jobOf(made, first, last);
    const workDir = await mkdtemp(join(folder, 'work-'));
    const source = { name: job.source.name, location: original };
    const result = await engine.trim!(job, source, workDir, { signal });
    return { job, original, result };
  }

  async function differences(job: TrimJob, original: string, file: string): Promise<string[]> {
    const [before, after] = await engine.inspect([original, file], { signal });
    return trimDifferences(job, before!, after!);
  }

  /** Digest of each decoded frame, samples as the codec stores them. */
  function framesOf(file: string): string[] {
    const text = execFileSync(
      toolPath('ffmpeg'),
      ['-v', 'error', '-i', file, '-map', '0:v:0', '-f', 'framemd5', '-'],
      {
        encoding: 'utf8',
      },
    );
    return text.split('\n').flatMap((line) => (/^\d/.test(line) ? line.split(',').at(-1)!.trim() : []));
  }

  const samples = (file: string) =>
    execFileSync(toolPath('ffmpeg'), ['-v', 'error', '-i', file, '-map', '0:a:0', '-f', 's24le', '-']);

  it.each([
    ['prores', { num: 24, den: 1 }, '10:15:00:00', 5, 13],
    ['prores', { num: 30000, den: 1001 }, '10:59:59;20', 7, 15],
    ['prores', { num: 24000, den: 1001 }, '23:59:59:20', 1, 19],
    ['prores', { num: 60, den: 1 }, '01:00:00:00', 10, 10],
    ['mxf', { num: 24, den: 1 }, '10:15:00:00', 5, 13],
    ['mxf', { num: 24000, den: 1001 }, '10:15:00:00', 0, 18],
    ['mxf', { num: 25, den: 1 }, '10:15:00:00', 11, 12],
  ] as const)(
    'of %s at %o from %s holds frames %i to %i bit by bit, and nothing else is changed',
    async (kind, rate, startTimecode, first, last) => {
      const made = await card({ kind, rate, startTimecode, withTone: kind === 'prores' });
      const { job, original, result } = await cut(made, first, last);
      if ('cannot' in result) throw new Error(result.cannot);
      const expected = framesOf(original).slice(first, last + 1);
      expect(expected).toHaveLength(last - first + 1);
      expect(framesOf(result.file)).toEqual(expected);
      expect(result.frameCount).toBe(expected.length);
      expect(await differences(job, original, result.file)).toEqual([]);
      expect(result.file.endsWith(`/${job.source.name}`)).toBe(true);
      const [picture] = await decodeEightBit(['-i', result.file], SIZE);
      expect(readCounter(picture!.pixels, SIZE.width, SIZE.height, 3)).toEqual({
        frame: first,
        tag: made.clips[0]!.tag,
      });
      if (kind === 'prores') {
        const perFrame = (48_000 * rate.den) / rate.num;
        const all = samples(original);
        const part = samples(result.file);
        const from = Math.round(first * perFrame) * 3;
        expect(Math.abs(part.length / 3 - expected.length * perFrame)).toBeLessThanOrEqual(1);
        expect(part.equals(all.subarray(from, from + part.length))).toBe(true);
      }
    },
  );

  it.each(['prores', 'mxf'] as const)('of %s has the same bytes when it is made again', async (kind) => {
    const made = await card({ kind });
    const [one, two] = [(await cut(made, 3, 9)).result, (await cut(made, 3, 9)).result];
    expect('xxh128' in one && 'xxh128' in two && one.xxh128 === two.xxh128).toBe(true);
    const other = (await cut(made, 3, 8)).result;
    expect('xxh128' in other && 'xxh128' in one && other.xxh128 !== one.xxh128).toBe(true);
  });

  it('is refused where frames are stored as differences, in words', async () => {
    const made = await card({ kind: 'prores' });
    const { job, original } = jobOf(made, 3, 9);
    const long = join(folder, 'long.mov');
    const encode = ['-c:v', 'libx264', '-g', '12', '-bf', '2', '-timecode', '10:15:00:00', long];
    execFileSync(toolPath('ffmpeg'), ['-v', 'error', '-y', '-i', original, '-map', '0:v:0', ...encode]);
    const result = await engine.trim!(job, { name: 'long.mov', location: long }, join(folder, 'w'), {
      signal,
    });
    expect(result).toMatchObject({
      cannot: expect.stringMatching(/long-GOP|order they are shown|begins at/),
    });
  });

  it('is refused where a stream of camera data would be lost', async () => {
    const made = await card({ kind: 'prores' });
    const { job, original } = jobOf(made, 3, 9);
    const text = join(folder, 'data.srt');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(text, '1\n00:00:00,000 --> 00:00:00,500\ntilt 3\n');
    const file = join(folder, 'data.mov');
    execFileSync(toolPath('ffmpeg'), [
      ...['-v', 'error', '-y', '-i', original, '-i', text, '-map', '0:v', '-map', '1:s'],
      ...['-c:v', 'copy', '-c:s', 'mov_text', file],
    ]);
    const result = await engine.trim!(job, { name: 'data.mov', location: file }, join(folder, 'w'), {
      signal,
    });
    expect(result).toMatchObject({ cannot: expect.stringContaining('would lose') });
  });

  it('is found different when it loses what the original told', async () => {
    const made = await card({ kind: 'prores' });
    const { job, original, result } = await cut(made, 3, 9);
    if ('cannot' in result) throw new Error(result.cannot);
    const bare = join(folder, job.source.name);
    execFileSync(toolPath('ffmpeg'), [
      ...['-v', 'error', '-y', '-i', result.file, '-map', '0:v', '-c', 'copy', '-map_metadata', '-1'],
      ...['-timecode', '10:15:00:04', bare],
    ]);
    const found = await differences(job, original, bare);
    expect(found.join('\n')).toMatch(/cameraModel would become absent from ALEXA Mini/);
    expect(found.join('\n')).toMatch(/startTimecode of the cut is 10:15:00:04 and not 10:15:00:03/);
  });
});
