import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { readAle } from '../../../engine/open/inspect/sidecars/ale.ts';
import { exportAle } from '../../../pipeline/inspection/export-ale.ts';
import { exportCsv } from '../../../pipeline/inspection/export-csv.ts';
import { exportJson } from '../../../pipeline/inspection/export-json.ts';
import { soundOf, soundUnderClip } from '../../../pipeline/inspection/sound-under-clip.ts';
import { makeWav } from '../../engine/inspect/make-headers.ts';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { inspectBytes } from './inspect-bytes.ts';

const ALE = (name: string, start: string, end: string) =>
  Buffer.from(
    `Heading\nFIELD_DELIM\tTABS\nFPS\t24\n\nColumn\nName\tStart\tEnd\tReel_name\tScene\tTake\tASC_SOP\tASC_SAT\n\nData\n${name}\t${start}\t${end}\tA001R1AB\t12A\t3\t(1.1 1 0.9)(0 -0.01 0.5)(1 1.2 1)\t0.9\n`,
  );

const tmcd = (startFrame: number, timescale = 24, frameDuration = 1, dropFrame = false) => ({
  startFrame,
  timescale,
  frameDuration,
  numberOfFrames: Math.ceil(timescale / frameDuration),
  dropFrame,
  reel: 'A001R1AB',
});

async function gradedClip() {
  return inspectBytes({
    'A001C001_240426_R1AB.mov': makeMov({ timecode: tmcd(864000) }),
    'card.ale': ALE('A001C001_240426_R1AB', '10:00:00:00', '10:00:02:00'),
  });
}

describe('an ALE of ours', () => {
  test('brings reel, timecode, CDL, scene and take back', async () => {
    const clip = await gradedClip();
    const { lists, left } = exportAle([clip]);
    expect(left).toEqual([]);
    const again = await inspectBytes({
      'A001C001_240426_R1AB.mov': makeMov({ brand: null }),
      'back.ale': Buffer.from(lists[0]!.text),
    });
    for (const name of ['reelName', 'startTimecode', 'slate', 'look'])
      expect(again.fields[name]?.value).toEqual(clip.fields[name]?.value);
  });

  test('writes the end exclusive and midnight as zero', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({ durations: [[24, 1]], timecode: tmcd(24 * 86400 - 24) }),
    });
    const facts = readAle(exportAle([clip]).lists[0]!.text)!;
    const cell = (name: string) => facts.rows[0]![facts.columns.indexOf(name)];
    expect([cell('Start'), cell('End'), cell('Duration')]).toEqual([
      '23:59:59:00',
      '00:00:00:00',
      '00:00:01:00',
    ]);
  });

  test('has one list for each rate, drop-frame with its semicolon', async () => {
    const clips = [
      await inspectBytes({ 'a.mov': makeMov({ timecode: tmcd(0) }) }),
      await inspectBytes({
        'b.mov': makeMov({
          timescale: 30000,
          durations: [[30, 1001]],
          timecode: tmcd(1800, 30000, 1001, true),
        }),
      }),
    ];
    const { lists } = exportAle(clips);
    expect(lists.map((l) => /FPS\t(.*)\r/.exec(l.text)![1])).toEqual(['24', '29.97']);
    expect(lists[1]!.text).toContain('\t00:01:00;02\t00:01:01;02\t');
  });

  test('leaves out, and names, what has no timecode', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov() });
    expect(exportAle([clip])).toEqual({ lists: [], left: [clip] });
  });

  test('keeps its columns when a name has a tab in it', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timecode: { ...tmcd(0), reel: 'A\t001\nX' } }) });
    const facts = readAle(exportAle([clip]).lists[0]!.text)!;
    expect(facts.rows[0]).toHaveLength(facts.columns.length);
  });
});

describe('a table for people', () => {
  test('can be read back with its numbers', async () => {
    const [row] = parse(exportCsv([await gradedClip()]), { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({
      Clip: 'A001C001_240426_R1AB',
      Reel: 'A001R1AB',
      Start: '10:00:00:00',
      'End (inclusive)': '10:00:01:23',
      Frames: '48',
      'Frame rate': '24',
      Scene: '12A',
      Take: '3',
      ASC_SOP: '(1.1 1 0.9)(0 -0.01 0.5)(1 1.2 1)',
      ASC_SAT: '0.9',
    });
  });

  test('runs no formula that a card brings', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timecode: { ...tmcd(0), reel: '=cmd|calc' } }) });
    const [row] = parse(exportCsv([clip]), { columns: true }) as Record<string, string>[];
    expect(row!.Reel).toBe("'=cmd|calc");
  });
});

test('a document for trackers carries reel, timecode, CDL, scene and take', async () => {
  const document = exportJson([await gradedClip()]);
  expect(document.clips[0]).toMatchObject({
    code: 'A001C001_240426_R1AB',
    reel: 'A001R1AB',
    timecode_in: '10:00:00:00',
    timecode_out: '10:00:01:23',
    frame_rate: '24',
    scene: '12A',
    take: '3',
    cdl: { slope: [1.1, 1, 0.9], offset: [0, -0.01, 0.5], power: [1, 1.2, 1], saturation: 0.9 },
  });
});

describe('sound under a clip', () => {
  const ixml =
    '<BWFXML><SPEED><TIMECODE_RATE>24/1</TIMECODE_RATE><TIMECODE_FLAG>NDF</TIMECODE_FLAG></SPEED></BWFXML>';
  const sound = (seconds: number, name = 'T1.WAV') =>
    inspectBytes({ [name]: makeWav({ timeReference: 48000 * seconds, ixml, samples: 48000 * 10 }) });

  test('is what runs at the same timecode, whichever began first', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timecode: tmcd(24 * 3605) }) });
    const matches = soundUnderClip(clip, [await sound(3600), await sound(7200)]);
    expect(matches).toMatchObject([{ offsetSeconds: -5, overlapSeconds: 2 }]);
  });

  test('is found across midnight', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timecode: tmcd(24) }) });
    expect(soundUnderClip(clip, [await sound(86395)])).toMatchObject([
      { offsetSeconds: -6, overlapSeconds: 2 },
    ]);
  });

  test('is told with its roll, and never under sound itself', async () => {
    const clip = await inspectBytes({ 'a.mov': makeMov({ timecode: tmcd(24 * 3605) }) });
    const heard = await sound(3600);
    expect(soundOf(clip, [heard])).toEqual([
      {
        clipName: 'T1',
        clipId: heard.fields.clipId?.value,
        path: 'T1.WAV',
        soundRoll: null,
        offsetSeconds: -5,
        overlapSeconds: 2,
      },
    ]);
    expect(soundOf(heard, [heard])).toEqual([]);
  });

  test('is not looked for under a clip filmed off speed', async () => {
    const clip = await inspectBytes({
      'a.mov': makeMov({ timecode: tmcd(24 * 3605), keys: { 'com.arri.camera.SensorFps': '48000' } }),
    });
    expect(soundUnderClip(clip, [await sound(3600)])).toEqual([]);
  });
});
