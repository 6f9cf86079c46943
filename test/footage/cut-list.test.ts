import { describe, expect, it } from 'vitest';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { makePullAle } from '../../footage/pull-ale.ts';

const rate = { num: 24, den: 1 };
const clip = (reel: string, startTimecode: string): MadeClip => ({
  kind: 'prores',
  clipName: `${reel.slice(0, 4)}C001_240426_${reel.slice(4)}`,
  reel,
  startTimecode,
  dropFrame: false,
  rate,
  frameCount: 48,
  width: 256,
  height: 144,
  colour: 'arri-logc3-ei800-awg3',
  hasSound: false,
  umid: null,
  tag: 1,
  path: 'x.mov',
  files: ['x.mov'],
  firstNumber: null,
});
const [a, b] = [clip('A001R1AA', '10:15:00:00'), clip('B001R1BB', '23:59:59:12')];

describe('a made cut list', () => {
  it('is a CMX 3600 list with its answer', () => {
    const cdl = { slope: [1.1, 1, 0.9], offset: [0, 0, 0.01], power: [1, 1, 1], saturation: 0.9 } as const;
    const { edl, expected } = makeCutList({
      title: 'DEMO',
      rate,
      uses: [
        {
          clip: a,
          first: 8,
          durationFrames: 24,
          shotName: 'RUS_010_0010',
          cdl: structuredClone(cdl) as never,
        },
        { clip: b, first: 6, durationFrames: 12, shotName: 'RUS_010_0020', dissolveFrames: 8 },
      ],
    });
    expect(edl.split('\n')).toEqual([
      'TITLE: DEMO',
      'FCM: NON-DROP FRAME',
      '001  A001R1AA V     C        10:15:00:08 10:15:01:08 01:00:00:00 01:00:01:00',
      '* FROM CLIP NAME: A001C001_240426_R1AA',
      '* LOC: 01:00:00:00 GREEN   RUS_010_0010',
      '* ASC_SOP (1.1000 1.0000 0.9000)(0.0000 0.0000 0.0100)(1.0000 1.0000 1.0000)',
      '* ASC_SAT 0.9000',
      '002  A001R1AA V     C        10:15:01:08 10:15:01:08 01:00:01:00 01:00:01:00',
      '002  B001R1BB V     D    008 23:59:59:18 00:00:00:06 01:00:01:00 01:00:01:12',
      'EFFECTS NAME IS CROSS DISSOLVE',
      '* FROM CLIP NAME: A001C001_240426_R1AA',
      '* TO CLIP NAME: B001C001_240426_R1BB',
      '* LOC: 01:00:01:00 GREEN   RUS_010_0020',
      '',
    ]);
    expect(expected.map((e) => [e.sourceFrames, e.outgoingFrames])).toEqual([
      [{ first: 8, last: 31 }, 8],
      [{ first: 6, last: 17 }, 0],
    ]);
  });

  it('knows which frames a fast, a slow, a reversed and a frozen use show', () => {
    const use = (first: number, durationFrames: number, num: number, den = 1) => ({
      clip: a,
      first,
      durationFrames,
      speed: { num, den },
    });
    const { edl, expected } = makeCutList({
      title: 'SPEEDS',
      rate,
      uses: [use(0, 12, 2), use(4, 12, 1, 2), use(30, 10, -1), use(7, 24, 0)],
    });
    expect(expected.map((e) => e.sourceFrames)).toEqual([
      { first: 0, last: 22 },
      { first: 4, last: 9 },
      { first: 30, last: 21 },
      { first: 7, last: 7 },
    ]);
    expect(expected[2]!.source).toEqual({ in: '10:15:00:21', out: '10:15:01:07' });
    expect(edl.split('\n').filter((line) => line.startsWith('M2'))).toEqual([
      'M2   A001R1AA       048.0                10:15:00:00',
      'M2   A001R1AA       012.0                10:15:00:04',
      'M2   A001R1AA       -024.0                10:15:00:21',
      'M2   A001R1AA       000.0                10:15:00:07',
    ]);
  });
});

describe('a made pull list', () => {
  it('has a row for each use, with its range and colour', () => {
    const cdl = { slope: [1.1, 1, 0.9], offset: [0, 0, 0], power: [1, 1, 1], saturation: 0.9 } as const;
    const rows = makePullAle([
      { clip: b, first: 10, durationFrames: 4, shotName: 'RUS_010_0020', cdl: structuredClone(cdl) as never },
    ]).split('\n');
    expect(rows.slice(0, 5)).toEqual([
      'Heading',
      'FIELD_DELIM\tTABS',
      'VIDEO_FORMAT\tCUSTOM',
      'AUDIO_FORMAT\t48khz',
      'FPS\t24',
    ]);
    expect(rows[7]).toBe('Name\tTracks\tStart\tEnd\tTape\tSource File\tFPS\tASC_SOP\tASC_SAT');
    expect(rows[10]).toBe(
      'RUS_010_0020\tV\t23:59:59:22\t00:00:00:02\tB001R1BB\tB001C001_240426_R1BB\t24\t(1.1 1 0.9)(0 0 0)(1 1 1)\t0.9',
    );
  });
});
