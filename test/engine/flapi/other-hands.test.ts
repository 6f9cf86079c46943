import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlapiTimes } from '../../../engine/flapi/session.ts';
import { endStragglers, stragglerMark } from '../../../engine/tools/end-stragglers.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';
import { standInEngine } from './stand-in.ts';

let folder = '';
let card: MadeCard;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flapi-other-'));
  const size = { width: 64, height: 36 };
  const startTimecode = '10:15:00:00';
  const common = { dir: folder, clips: 1, frames: 4, size, startTimecode, seed: 3, seal: false };
  card = await makeCard({ ...common, tools: toolPaths(), kind: 'dpx' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function render(wrong: Misbehaviour, times: Partial<FlapiTimes> = {}, first = 0): Promise<number[]> {
  const { job, sources } = clipJob(card, card.clips[0]!, { frames: { first, last: 3 } });
  const workDir = await mkdtemp(join(folder, 'work-'));
  const options = { signal: new AbortController().signal, progress: () => {} };
  const { frames } = await standInEngine(wrong, times).render(job, sources, workDir, options);
  return frames.map(({ frame }) => frame);
}

/** Long enough for any machine: what is waited for comes. */
const PATIENT = { settleMs: 60_000, earlierMs: 60_000 };

describe('a flapid as other hands may write it', () => {
  it.each<[string, Misbehaviour]>([
    ['gives its pictures their names after it said that all is done', { namesLateMs: 700 }],
    ['tells of a render that was cancelled before ours', { earlierDone: 'Stopped' }],
    ['says the folder in other words', { otherWords: true }],
    ['counts timecode by another clock', { startsAt: [1, 0, 0, 0] }],
    ['begins the clip where we do', { startsAt: [10, 15, 0, 0] }],
  ])('renders all the same when it %s', async (_, wrong) => {
    expect(await render(wrong, PATIENT)).toEqual([0, 1, 2, 3]);
  });

  it.each<[string, Misbehaviour, string, RegExp]>([
    [
      'writes a picture too many',
      { oneTooMany: true },
      'tool-failed',
      /asked for 4 pictures and wrote plate_0001004.exr besides/,
    ],
    [
      'numbers its pictures otherwise than it said',
      { numbersOff: 1 },
      'tool-failed',
      /no plate_0001000.exr; there is plate_0001001.exr, /,
    ],
    [
      'holds other frames of the clip than were put into its scene',
      { sourceOff: 2 },
      'unsupported',
      /^flapid's shot holds the source frames from \d+ to \d+, frame \d+ was put into it$/,
    ],
    [
      'begins the clip two frames later',
      { startsAt: [10, 15, 0, 2] },
      'unsupported',
      /timecode 10:15:00:02, which is 10:15:00:00 here: .* 2 frames away/,
    ],
    [
      'hangs up with a reason and leaves in good order',
      { closes: { method: 'RenderSetup.create', code: 1011, reason: 'internal error' } },
      'tool-failed',
      /code 1011: internal error/,
    ],
    [
      'names the licence in the name of an error',
      { refusesToStart: 'LICENCE_UNAVAILABLE (-18)\nexiting' },
      'capacity',
      /LICENCE_UNAVAILABLE/,
    ],
  ])('is told in words when it %s', async (_, wrong, code, message) => {
    await expect(render(wrong)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('a range that begins later in the clip is held against its own timecode', async () => {
    expect(await render({ startsAt: [10, 15, 0, 2] }, {}, 2)).toEqual([2, 3]);
    await expect(render({ startsAt: [10, 15, 0, 0] }, {}, 2)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('what has not said what it is in the time given is missing for now, and asked again', async () => {
    const engine = standInEngine({ silent: 'Application.get_sdk_versions' }, { callMs: 3000 });
    const { missing } = await engine.capabilities();
    expect(missing).toMatchObject([{ why: expect.stringContaining('did not answer') }]);
  });
});

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

/** Only Linux tells what a process was started with. */
describe.skipIf(!existsSync('/proc/self/environ'))('what outlives its program', () => {
  it('a helper that flapid put into a session of its own ends with the job', async () => {
    const helperFile = join(folder, 'helper');
    expect(await render({ helperFile })).toHaveLength(4);
    const pid = Number(readFileSync(helperFile, 'utf8'));
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('is found by the folder it works for, or one around it, and by no other', async () => {
    const start = (at: string) => {
      const env = { ...process.env, ...stragglerMark(at) };
      return spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300_000)'], { env, stdio: 'ignore' });
    };
    const [ours, beside] = [start(join(folder, 'a/job')), start(join(folder, 'ab'))];
    const ended = new Promise((resolve) => ours.once('exit', (_, signal) => resolve(signal)));
    await Promise.all([ours, beside].map((each) => new Promise((resolve) => each.once('spawn', resolve))));
    // What was just forked shows its parent's environment until it has become the program.
    await expect.poll(() => readFileSync(`/proc/${ours.pid}/environ`, 'utf8')).toContain('a/job');
    await endStragglers(join(folder, 'a'));
    expect(await ended).toBe('SIGKILL');
    expect(beside.exitCode ?? beside.signalCode).toBeNull();
    beside.kill('SIGKILL');
  });
});
