import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchEvents } from '../../pipeline/conform/match.ts';
import type { MatchClip } from '../../pipeline/conform/match-clip.ts';
import { planTurnover } from '../../pipeline/conform/plan.ts';
import { readCutListWith } from '../../pipeline/conform/read-cut-list.ts';
import type { CutList } from '../../schemas/cut-list.ts';
import { convertCutList } from '../../service/convert-cut-list.ts';
import { ensureOtioconvert } from '../../setup/install/otio-adapters.mjs';
import { rational } from '../../standards/time/rational.ts';
import { fcp7Xml, writeAaf } from './timeline-files.ts';

const START = 864000;
const NAMES = ['A001C002_240101_R1AB', 'A001C003_240101_R1AB', 'A001C004_240101_R1AB'] as const;

let folder: string;
/** Beside it stands the Python that has the adapters; null where they cannot be installed. */
let program: string | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-timelines-'));
  program = await ensureOtioconvert().catch((error: Error) => {
    console.warn(`left out: the OpenTimelineIO adapters cannot be installed here: ${error.message}`);
    return null;
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (fileName: string, bytes: Uint8Array) => readCutListWith(convertCutList({}), fileName, bytes);
const framesOf = (list: CutList) =>
  list.events.map(({ sourceFrames }) => [sourceFrames!.first - START, sourceFrames!.last - START]);

describe('a Final Cut Pro 7 XML', () => {
  it('counts in and out of a constant speed in retimed frames, and is read to the frame', async ({
    skip,
  }) => {
    if (program === null) return skip();
    const xml = fcp7Xml([
      { name: NAMES[0], in: 48, frames: 24 },
      { name: NAMES[1], in: 10, frames: 24, remap: { speed: 200 } },
      { name: NAMES[2], in: 40, frames: 24, remap: { speed: 50 } },
    ]);
    const list = await read('cut.xml', Buffer.from(xml));
    expect(list.rate).toEqual(rational(24000, 1001));
    expect(framesOf(list)).toEqual([
      [48, 71],
      [20, 67],
      [20, 31],
    ]);
    expect(list.events.map(({ speed }) => speed)).toEqual([rational(1), rational(2), rational(1, 2)]);
    expect(list.problems).toEqual([]);
  });

  it('begins a retimed clip where the dissolve into it begins', async ({ skip }) => {
    if (program === null) return skip();
    const xml = fcp7Xml([
      { name: NAMES[0], in: 20, frames: 24 },
      { name: NAMES[1], in: 10, frames: 24, remap: { speed: 200 }, dissolveFrames: 12 },
    ]);
    const list = await read('cut.xml', Buffer.from(xml));
    expect(framesOf(list)).toEqual([
      [20, 37],
      [20, 79],
    ]);
    expect(list.events[1]).toMatchObject({ kind: 'dissolve', recordFrames: { duration: 30 } });
  });

  it('plays a reversed clip from the end of its media', async ({ skip }) => {
    if (program === null) return skip();
    const xml = fcp7Xml([{ name: NAMES[0], in: 10, frames: 24, remap: { speed: 100, reverse: true } }]);
    expect(framesOf(await read('cut.xml', Buffer.from(xml)))).toEqual([[229, 206]]);
  });

  it('carries a ramp: what the curve reaches is the bound, and the curve goes with event and plate', async ({
    skip,
  }) => {
    if (program === null) return skip();
    const keyframes: [number, number][] = [
      [0, 0],
      [22, 22],
      [40, 76],
    ];
    const xml = fcp7Xml([{ name: NAMES[0], in: 10, frames: 24, remap: { keyframes } }]);
    const list = await read('cut.xml', Buffer.from(xml));
    expect(framesOf(list)).toEqual([[10, 57]]);
    expect(list.events[0]!.curve).toEqual({
      interpolation: 'linear',
      points: [
        { record: rational(0), source: rational(START + 10) },
        { record: rational(12), source: rational(START + 22) },
        { record: rational(24), source: rational(START + 58) },
      ],
    });
    expect(list.problems.map(({ code }) => code)).toEqual(['speed-ramp']);
    const [plate] = planned(list);
    expect(plate).toMatchObject({ cutFrames: { first: 10, last: 57 }, sourceFrames: { first: 2, last: 65 } });
    expect(plate!.curve!.points.map(({ source }) => source.num)).toEqual([10, 22, 58]);
  });

  it('takes in what a curve that turns round reaches in between', async ({ skip }) => {
    if (program === null) return skip();
    const keyframes: [number, number][] = [
      [0, 0],
      [12, 60],
      [24, 12],
    ];
    const xml = fcp7Xml([{ name: NAMES[0], in: 0, frames: 24, remap: { keyframes } }]);
    expect(framesOf(await read('cut.xml', Buffer.from(xml)))).toEqual([[0, 60]]);
  });
});

describe('an AAF', () => {
  const aaf = () => {
    const file = join(folder, 'cut.aaf');
    writeAaf(join(dirname(program!), 'python3'), file, [
      { name: NAMES[0], first: 48, frames: 24 },
      {
        name: NAMES[1],
        first: 10,
        frames: 24,
        map: [
          [0, 0],
          [24, 48],
        ],
      },
      {
        name: NAMES[2],
        first: 10,
        frames: 24,
        map: [
          [0, 0],
          [12, 12],
          [24, 36],
        ],
      },
    ]);
    return readFileSync(file);
  };

  it('has the timecode of its tapes, the speed of its motion effects, and the curve of its time warps', async ({
    skip,
  }) => {
    if (program === null) return skip();
    const list = await read('cut.aaf', aaf());
    expect(framesOf(list)).toEqual([
      [48, 71],
      [10, 57],
      [10, 45],
    ]);
    expect(list.events.map(({ reel, record }) => [reel, record.in])).toEqual([
      [NAMES[0], '01:00:00:00'],
      [NAMES[1], '01:00:01:00'],
      [NAMES[2], '01:00:02:00'],
    ]);
    expect(list.events[1]!.speed).toEqual(rational(2));
    expect(list.events[2]!.curve!.points.map(({ source }) => source.num - START)).toEqual([10, 22, 46]);
    expect(list.problems.map(({ code }) => code)).toEqual(['speed-ramp']);
    expect(planned(list).map(({ cutFrames }) => cutFrames)).toEqual([
      { first: 48, last: 71 },
      { first: 10, last: 57 },
      { first: 10, last: 45 },
    ]);
  });

  it('that is damaged is refused in one sentence with what the reader says', async ({ skip }) => {
    if (program === null) return skip();
    await expect(read('cut.aaf', aaf().subarray(0, 3000))).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/cut\.aaf cannot be read: otioconvert says/),
    });
  });
});

it('a machine that cannot install the adapters says so in one sentence, with what can be sent instead', async () => {
  const elsewhere = {
    RUSHES_CACHE: join(folder, 'empty-cache'),
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: join(folder, 'no-wheels'),
    PIP_CONFIG_FILE: '/dev/null',
  };
  const before = Object.fromEntries(Object.keys(elsewhere).map((name) => [name, process.env[name]]));
  try {
    Object.assign(process.env, elsewhere);
    await expect(read('cut.xml', Buffer.from('<xmeml version="5"/>'))).rejects.toMatchObject({
      code: 'tool-missing',
      message: expect.stringMatching(
        /^cut\.xml is read by otioconvert .* could not be: .*; send an EDL, an ALE or OpenTimelineIO JSON/,
      ),
    });
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

/** Plates of a list over clips of its names, ten seconds from 10:00:00:00. */
function planned(list: CutList) {
  const clips: MatchClip[] = NAMES.map((clipName) => ({
    clipId: clipName,
    clipName,
    rollId: 'TST/20240101/A001',
    reelName: 'A001',
    originalFileNames: [`${clipName}.mov`],
    startTimecode: '10:00:00:00',
    frameRate: list.rate ?? rational(24),
    frameCount: 240,
    dropFrame: false,
    isProxy: false,
  }));
  const matches = matchEvents(list.events, clips, { recordRate: list.rate ?? null });
  const recipe = { handles: 8, numbering: { first: 1001, at: 'handle-start' as const, digits: 4 } };
  return planTurnover({ turnover: 'TST/cut/1', list, matches, clips, recipe }).plates;
}
