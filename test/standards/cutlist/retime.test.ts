import { describe, expect, it } from 'vitest';
import { readSpeed } from '../../../standards/cutlist/speed.ts';
import { parseFrameRate } from '../../../standards/time/frame-rate.ts';
import { one, read, SECOND } from './list-text.ts';

const H = 86400;
const motion = (speed: string) => `M2   A       ${speed}                01:00:00:00`;

describe('an M2 retime', () => {
  it('that agrees with the list shows the range of the list', () => {
    expect(
      one(['001  A V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:01:00', motion('048.0')]),
    ).toMatchObject({ speed: { num: 2, den: 1 }, sourceFrames: { first: H, last: H + 47 } });
    expect(
      one(['001  A V C 01:00:00:00 01:00:00:12 02:00:00:00 02:00:01:00', motion('012.0')]),
    ).toMatchObject({ speed: { num: 1, den: 2 }, sourceFrames: { first: H, last: H + 11 } });
    // As Avid writes 80 % over 68 frames: 54.4 frames of source, 55 in the list.
    const list = read(['001  A V C 01:00:00:00 01:00:02:07 02:00:00:00 02:00:02:20', motion('019.2')]);
    expect(list.events[0]).toMatchObject({
      speed: { num: 4, den: 5 },
      sourceFrames: { first: H, last: H + 54 },
    });
    expect(list.problems).toEqual([]);
  });

  it('that contradicts the list wins over source out, and says so', () => {
    const list = read([`001  A V C ${SECOND}`, motion('048.0')]);
    expect(list.events[0]!.sourceFrames).toEqual({ first: H, last: H + 47 });
    expect(list.problems).toMatchObject([
      { code: 'cut-list-duration-conflict', line: 1, technical: { followed: 'speed', framesWanted: 48 } },
    ]);
    expect(one([`001  A V C ${SECOND}`, motion('012.0')]).sourceFrames).toEqual({ first: H, last: H + 11 });
    // 031.7 over 25 frames covers 33.02 frames.
    expect(
      one(['001  A V C 01:00:00:00 01:00:01:01 02:00:00:00 02:00:01:01', motion('031.7')]).sourceFrames,
    ).toEqual({ first: H, last: H + 33 });
  });

  it('in reverse mirrors the range', () => {
    expect(one([`001  A V C ${SECOND}`, motion('-024.0')])).toMatchObject({
      speed: { num: -1, den: 1 },
      sourceFrames: { first: H + 23, last: H },
    });
    expect(
      one(['001  A V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:01:00', motion('-048.0')]).sourceFrames,
    ).toEqual({ first: H + 47, last: H });
    expect(one([`001  A V C ${SECOND}`, motion('-048.0')]).sourceFrames).toEqual({ first: H + 47, last: H });
  });

  it('in reverse with a place-holder for source out runs down from source in, as Avid means it', () => {
    expect(
      one(['001  A V C 01:00:10:00 01:00:10:01 02:00:00:00 02:00:01:00', 'M2 A -024.0 01:00:10:00'])
        .sourceFrames,
    ).toEqual({ first: H + 240, last: H + 217 });
    expect(
      one(['001  A V C 01:00:10:00 01:00:10:02 02:00:00:00 02:00:01:00', 'M2 A -048.0 01:00:10:00'])
        .sourceFrames,
    ).toEqual({ first: H + 240, last: H + 193 });
  });

  it('in reverse with out before in runs down from source in', () => {
    expect(
      one(['001  A V C 01:00:01:00 01:00:00:00 02:00:00:00 02:00:01:00', 'M2 A -024.0 01:00:01:00'])
        .sourceFrames,
    ).toEqual({ first: H + 24, last: H + 1 });
  });

  it('of zero, or a freeze remark, shows one frame', () => {
    const frozen = { speed: { num: 0, den: 1 }, sourceFrames: { first: H, last: H } };
    expect(
      one(['001  A V C 01:00:00:00 01:00:00:01 02:00:00:00 02:00:02:00', motion('000.0'), '** FREEZE FRAME']),
    ).toMatchObject(frozen);
    expect(
      one(['001  A V C 01:00:00:00 01:00:00:01 02:00:00:00 02:00:02:00', '* * FREEZE FRAME']),
    ).toMatchObject(frozen);
    expect(one([`001  A V C ${SECOND}`, motion('000.0')])).toMatchObject(frozen);
  });

  it('is read with odd reels, without a reel, in lower case and with tabs', () => {
    const event = '001  MY REEL V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:01:00';
    for (const line of [
      'M2   MY REEL 01   048.0 01:00:00:00',
      'M2 048.0 01:00:00:00',
      'm2\tMY REEL\t48\t\t01:00:00:00',
      'M2   MY REEL  +048.00',
      'M2   007  48.0  01:00:00:00',
    ]) {
      expect(one([event, line]).speed, line).toEqual({ num: 2, den: 1 });
    }
  });

  it('warns of ramps, which an EDL cannot carry', () => {
    const list = read([`001  A V C ${SECOND}`, '* TIMEWARP EFFECT AT SEQUENCE TC 01;00;26;10.']);
    expect(list.problems.map(({ code }) => code)).toEqual(['speed-ramp']);
  });
});

describe('the speed of an M2', () => {
  const speed = (text: string, rate: string) => {
    const value = readSpeed(text, parseFrameRate(rate)!)!;
    return `${value.num}/${value.den}`;
  };

  it('is over the counting base, and exact NTSC values are meant', () => {
    expect([
      speed('024.0', '24'),
      speed('024.0', '23.976'),
      speed('23.976', '23.976'),
      speed('047.952', '23.976'),
      speed('012.0', '23.976'),
    ]).toEqual(['1/1', '1/1', '1/1', '2/1', '1/2']);
    expect([
      speed('030.0', '29.97'),
      speed('029.97', '29.97'),
      speed('059.94', '29.97'),
      speed('-029.9', '29.97'),
      speed('015.0', '29.97'),
    ]).toEqual(['1/1', '1/1', '2/1', '-299/300', '1/2']);
    expect([
      speed('031.7', '24'),
      speed('059.6', '29.97'),
      speed('000.0', '29.97'),
      speed('-092.8', '30'),
    ]).toEqual(['317/240', '149/75', '0/1', '-232/75']);
  });
});

describe('without a speed', () => {
  it('the source range stands, and lengths that differ are a problem', () => {
    const list = read(['001  A V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:01:00']);
    expect(list.events[0]!.sourceFrames).toEqual({ first: H, last: H + 47 });
    expect(list.problems).toMatchObject([
      { code: 'cut-list-duration-conflict', technical: { followed: 'source' } },
    ]);
  });

  it('a source at another rate counts at its own', () => {
    const list = read(['001  A V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:02:00'], '24', '48');
    expect(list.events[0]!.sourceFrames).toEqual({ first: 172800, last: 172895 });
    expect(list.problems).toEqual([]);
    expect(read([`001  A V C ${SECOND}`], '24', '23.976')).toMatchObject({
      events: [{ sourceFrames: { first: H, last: H + 23 } }],
      problems: [],
    });
  });

  it('a range over midnight runs on', () => {
    expect(one('001  A V C 23:59:59:12 00:00:00:12 02:00:00:00 02:00:01:00').sourceFrames).toEqual({
      first: 2073588,
      last: 2073611,
    });
    expect(one('001  A V C 24:00:00:00 24:00:01:00 02:00:00:00 02:00:01:00').sourceFrames).toEqual({
      first: 0,
      last: 23,
    });
  });
});

describe('frame code mode', () => {
  it('holds from its line on and may change between events', () => {
    const list = read(
      [
        'FCM: NON-DROP FRAME',
        '001  A V C 01:00:00:00 01:00:01:00 02:00:00:00 02:00:01:00',
        'FCM: DROP FRAME',
        '002  B V C 01:00:00:00 01:00:01:00 02:00:01:00 02:00:02:00',
        'FCM: NON-DROP FRAME',
        '003  A V C 01:00:00:00 01:00:01:00 02:00:02:00 02:00:03:00',
      ],
      '29.97',
    );
    expect(list.events.map(({ sourceFrames }) => sourceFrames!.first)).toEqual([108000, 107892, 108000]);
    expect(list.problems).toEqual([]);
  });

  it('of drop-frame at 24 is a problem and is not followed', () => {
    const list = read(['FCM: DROP FRAME', `001  A V C ${SECOND}`]);
    expect(list.events[0]!.sourceFrames).toEqual({ first: H, last: H + 23 });
    expect(list.problems.map(({ code }) => code)).toEqual(['cut-list-drop-frame-conflict']);
  });

  it('names a number that drop-frame skips', () => {
    const list = read(
      ['FCM: DROP FRAME', '001  A V C 00:01:00:00 00:01:01:00 02:00:00:00 02:00:01:00'],
      '29.97',
    );
    expect(list.events[0]!.sourceFrames).toBeNull();
    expect(list.problems).toMatchObject([
      { code: 'cut-list-illegal-timecode', technical: { where: 'sourceIn', reason: 'dropped-number' } },
    ]);
  });
});
