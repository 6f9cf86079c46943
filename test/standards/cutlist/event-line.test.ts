import { describe, expect, it } from 'vitest';
import { tracksOf } from '../../../standards/cutlist/edl/event-line.ts';
import { one, read, SECOND } from './list-text.ts';

describe('an event line is read', () => {
  it('in every reel width, with spaces in the reel, tabs, lower case and semicolons', () => {
    const reels = [
      'A001',
      'A192C008',
      'A192C008_160909_',
      'UNILOGO_2012_S235_MONO_DNX175X.M',
      'MY LONG REEL NAME 01',
      'x'.repeat(128),
      'B_0031C010_241010_133208_h1C2T',
    ];
    for (const reel of reels)
      expect(one(`001  ${reel.padEnd(8)} V     C        ${SECOND}`).reel, reel).toBe(reel);
    expect(one(`001\tREEL_A\tV\tC\t\t${SECOND.replaceAll(' ', '\t')}`).reel).toBe('REEL_A');
    expect(one(`001  reel_a v c ${SECOND}`)).toMatchObject({ reel: 'reel_a', kind: 'cut', tracks: ['V'] });
    expect(one('001  R V C 01:00:00;00 01:00:01;00 02;00;00;00 02;00;01;00', '29.97').sourceFrames).toEqual({
      first: 107892,
      last: 107921,
    });
  });

  it('with any line ending and a byte-order mark', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const list = read(
        `\uFEFFTITLE: X${end}FCM: NON-DROP FRAME${end}${end}001  A V C ${SECOND}${end}* FROM CLIP NAME: a${end}`,
      );
      expect(list).toMatchObject({ title: 'X', events: [{ clipName: 'a', line: 4 }], problems: [] });
    }
  });

  it('without a number, with numbers of six digits, above 999, or starred out', () => {
    expect(one(`000001  A V C ${SECOND}`).number).toBe('000001');
    expect(one(`1000  A V C ${SECOND}`).number).toBe('1000');
    expect(one(`   B_0012 V C ${SECOND}`)).toMatchObject({ number: '', reel: 'B_0012' });
    expect(one(`A001C002_200101_R1AB V C ${SECOND}`)).toMatchObject({
      number: '',
      reel: 'A001C002_200101_R1AB',
    });
    expect(one(`***  D V C ${SECOND}`)).toMatchObject({ number: '***', reel: 'D' });
  });

  it('with what stands behind it: a remark speaks, other words are kept', () => {
    expect(one(`001  A V C ${SECOND} * FROM CLIP NAME: glued`).clipName).toBe('glued');
    expect(one(`001  A V C ${SECOND} checked by MK`).notes).toEqual(['* checked by MK']);
  });

  it('as frame counts where a system writes them', () => {
    expect(one('001  A V C 100 124 0 24').sourceFrames).toEqual({ first: 100, last: 123 });
  });

  it('without a transition code, as a dissolve that a person is told of', () => {
    const list = read([
      '005  A V C 01:31:44:11 01:31:44:11 01:00:03:01 01:00:03:01',
      '005  EVL1_HEI V      008 00:01:01:10 00:01:01:20 01:00:03:01 01:00:03:11',
    ]);
    expect(list.events[1]).toMatchObject({
      kind: 'dissolve',
      transition: { type: 'unknown', durationFrames: 8, from: { reel: 'A' } },
    });
    expect(list.problems.map(({ code, line }) => [code, line])).toEqual([['cut-list-unsupported', 2]]);
  });
});

describe('channels', () => {
  it('become tracks, picture first', () => {
    const expected: [string, string][] = [
      ['V', 'V'],
      ['V2', 'V2'],
      ['A', 'A1'],
      ['A2', 'A2'],
      ['A12', 'A12'],
      ['AA', 'A1,A2'],
      ['AA/V', 'V,A1,A2'],
      ['A2/V', 'V,A2'],
      ['B', 'V,A1'],
      ['VA1A2', 'V,A1,A2'],
      ['A1-A4', 'A1,A2,A3,A4'],
      ['NONE', ''],
      ['V+A1', 'V,A1'],
    ];
    for (const [written, tracks] of expected) expect(tracksOf(written).join(), written).toBe(tracks);
  });

  it('take further audio tracks from AUD lines', () => {
    expect(one([`003  AX V C ${SECOND}`, 'AUD  3    4']).tracks).toEqual(['V', 'A3', 'A4']);
  });

  it('and reserved reels tell what an event is', () => {
    const classOf = (reel: string, channel: string) => one(`001  ${reel} ${channel} C ${SECOND}`).class;
    expect([
      classOf('A001', 'V'),
      classOf('BL', 'V'),
      classOf('AX', 'V'),
      classOf('A001', 'AA'),
      classOf('BL', 'A'),
      classOf('A001', 'B'),
      classOf('BARS', 'V'),
    ]).toEqual(['picture', 'black', 'aux', 'audio', 'audio', 'picture', 'aux']);
    expect(one(`001  BL V C ${SECOND}`).sourceFrames).toBeNull();
  });
});

describe('a bad line never refuses the list', () => {
  const list = read([
    'TITLE: broken',
    '001  A V C 01:00:00:00 01:00:01:00 02:00:00:00',
    '002  B V C 01:00:00:99 01:00:01:00 02:00:01:00 02:00:02:00',
    'what is this',
    `003  C V C ${SECOND}`,
    'M2   C   fast   01:00:00:00',
  ]);

  it('and every problem has its line, what, why and how to fix it', () => {
    expect(list.events.map(({ number, sourceFrames }) => [number, sourceFrames?.first ?? null])).toEqual([
      ['002', null],
      ['003', 86400],
    ]);
    expect(list.problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'cut-list-line-unreadable'],
      [3, 'cut-list-illegal-timecode'],
      [4, 'cut-list-line-unreadable'],
      [6, 'cut-list-line-unreadable'],
    ]);
    for (const problem of list.problems)
      expect(problem.technical).toMatchObject({
        what: expect.any(String),
        why: expect.any(String),
        fix: expect.any(String),
      });
    expect(list.events[0]!.notes).toEqual(['what is this']);
  });

  it('and a file that is no list says so', () => {
    for (const text of ['', '\n\n', 'Dear editor,\nhere is the list.\n', '%PDF-1.4']) {
      expect(
        read(text).problems.map(({ code }) => code),
        text,
      ).toContain('cut-list-empty');
    }
  });
});
