import { describe, expect, it } from 'vitest';
import { readSat, readSop } from '../../../standards/cutlist/edl/color-decision.ts';
import { findShotName } from '../../../standards/cutlist/shot-name.ts';
import { one, read, SECOND } from './list-text.ts';

const EVENT = `001  A001 V C ${SECOND}`;

describe('remarks', () => {
  it('name clip and source file in the spellings of the editing systems', () => {
    for (const line of [
      '* FROM CLIP NAME:  10A-1',
      '*FROM CLIP NAME: 10A-1',
      '* from clip name: 10A-1',
      'FROM CLIP NAME: 10A-1',
      '* FROM CLIP NAME IS: 10A-1',
      '* CLIP NAME: 10A-1',
    ]) {
      expect(one([EVENT, line]).clipName, line).toBe('10A-1');
    }
    for (const line of [
      '* SOURCE FILE: A001C002.mov',
      '*SOURCE FILE: A001C002.mov',
      '* FROM FILE: S:\\day1\\A001C002.mov',
      '* FROM CLIP: /vol/A001C002.mov',
      '* SOURCE FILE NAME: A001C002.mov',
    ]) {
      expect(one([EVENT, line]).sourceFile, line).toBe('A001C002.mov');
    }
  });

  it('tell the full name behind a short reel', () => {
    expect(
      one([`001  001 V C ${SECOND}`, 'FINAL CUT PRO REEL: A001_LONG_NAME REPLACED BY: 001']).tapeName,
    ).toBe('A001_LONG_NAME');
    expect(
      one([
        `001  A012C004_160816_ V C ${SECOND}`,
        '>>> SOURCE A012C004_160816_R1BY             A012C004_160816_ 060e2b34',
      ]).tapeName,
    ).toBe('A012C004_160816_R1BY');
  });

  it('that mean nothing known are kept, in order', () => {
    expect(
      one([EVENT, '* PATCH SR001:  FROM SOURCE 1 TO RECORD 2', '* whatever an assistant wrote', '* COMMENT:'])
        .notes,
    ).toEqual(['* PATCH SR001:  FROM SOURCE 1 TO RECORD 2', '* whatever an assistant wrote', '* COMMENT:']);
  });

  it('that stand before their events go to the event that follows', () => {
    const list = read([
      '* FROM CLIP NAME: one',
      EVENT,
      '* FROM CLIP NAME: two',
      '002  B V C 01:00:00:00 01:00:01:00 02:00:01:00 02:00:02:00',
    ]);
    expect(list.events.map(({ clipName }) => clipName)).toEqual(['one', 'two']);
  });

  it('carry frame numbers that the list asks for', () => {
    expect(one([EVENT, '*FRMC START: 1001    FRMC END: 1024    FRMC DURATION:24']).frameCount).toEqual({
      start: 1001,
      end: 1024,
      duration: 24,
    });
  });
});

describe('colour decisions of a list', () => {
  it('are read with and without commas, spaces and colons', () => {
    const cdl = { slope: [0.9, 1, 1.1], offset: [-0.05, 0, 0.02], power: [1, 0.9, 1.2] };
    for (const body of [
      '(0.9 1 1.1)(-0.05 0 0.02)(1 0.9 1.2)',
      '(0.9 1.0 1.1) (-0.05 0.0 0.02) (1.0 0.9 1.2)',
      '(0.9, 1, 1.1) (-.05, 0, .02) (1, .9, 1.2)',
      '( 0.9 1 1.1 ) ( -5e-2 0 0.02 ) ( 1 0.9 1.2 )',
    ]) {
      expect(readSop(body), body).toEqual(cdl);
    }
    expect(one([EVENT, '*ASC_SOP (0.9 1 1.1)(-0.05 0 0.02)(1 0.9 1.2)', '* ASC_SAT: 0.85']).cdl).toEqual({
      ...cdl,
      saturation: 0.85,
    });
    expect(one([EVENT, '*ASC_SAT 0.5']).cdl).toEqual({
      slope: [1, 1, 1],
      offset: [0, 0, 0],
      power: [1, 1, 1],
      saturation: 0.5,
    });
  });

  it('outside the standard are a problem, not a grade', () => {
    for (const body of [
      '(1 1 1)(0 0 0)',
      '(1 1 1)(0 0 0)(1 1 0)',
      '(-1 1 1)(0 0 0)(1 1 1)',
      '(a b c)(d e f)(g h i)',
    ])
      expect(readSop(body), body).toBeNull();
    for (const body of ['', '-1', '1 2', 'x']) expect(readSat(body), body).toBeNull();
    expect(read([EVENT, '*ASC_SOP (1 1 1)(0 0 0)']).problems).toMatchObject([
      { code: 'cut-list-cdl-invalid', line: 2 },
    ]);
  });
});

describe('shot names', () => {
  const shot = (...lines: string[]) => one([EVENT, ...lines]).shotName;

  it('come from *VFX, then locators, then a clip named like a shot', () => {
    expect(
      shot(
        '*VFX  117_GUD_0030 ADD NORWAY LANDSCAPE',
        '*LOC: 02:00:00:04 White   VFX  117_GUD_0030 add Norway landscape',
      ),
    ).toBe('117_GUD_0030');
    expect(shot('*LOC: 02:00:00:00  YELLOW  DRA_001_0001')).toBe('DRA_001_0001');
    expect(shot('* LOC: 02:00:00:00 RED     AGM_104_065_010')).toBe('AGM_104_065_010');
    expect(shot('* FROM CLIP NAME: QTLF_101_010_113_BG_01_V001')).toBe('QTLF_101_010_113');
    expect(shot('* FROM CLIP NAME: AGM_104_065_010')).toBe('AGM_104_065_010');
    expect(shot('*VFX SHOT: SH0100')).toBe('SH0100');
  });

  it('are never camera names, takes, notes or dates', () => {
    for (const clip of [
      'A_0038C006_241010_120437_h1EHP',
      'A001C003_160909_R1BY',
      'A005_C010_0501J0',
      '13A-1-C',
      '57B-3-A*',
      'IMG_6348.NEW.01',
      'STOCK FOOTAGE 12',
    ]) {
      expect(findShotName({ vfx: [], locators: [], clipName: clip }), clip).toBeNull();
    }
    for (const note of ['Sc 117 INTERCUT', 'ANIM FIX NEEDED', '2-shot, tighten', 'see 2017-08-16']) {
      expect(findShotName({ vfx: [], locators: [note], clipName: null }), note).toBeNull();
    }
  });

  it('that disagree are a problem', () => {
    const list = read([EVENT, '*VFX  AGM_010_0010 a', '*LOC: 02:00:00:04 RED AGM_010_0020 b']);
    expect(list.events[0]!.shotName).toBe('AGM_010_0010');
    expect(list.problems).toMatchObject([
      { code: 'shot-name-conflict', technical: { others: ['AGM_010_0020'] } },
    ]);
  });

  it('of a marker table at the end go to the event at their time', () => {
    const list = read([
      EVENT,
      '002  B V C 01:00:00:00 01:00:01:00 02:00:01:00 02:00:02:00',
      '*      1  White   WBROGO       02:00:00:13       V1      004_040 - Split Screen - Simple',
    ]);
    expect(list.events.map(({ shotName }) => shotName)).toEqual(['004_040', null]);
  });
});

describe('a transition', () => {
  const dissolve = [
    '001  A V C 01:00:00:00 01:00:02:00 02:00:00:00 02:00:02:00',
    '* FROM CLIP NAME: aa',
    '002  A V C 01:00:02:00 01:00:02:00 02:00:02:00 02:00:02:00',
    '002  B V D 024 03:00:00:00 03:00:03:00 02:00:02:00 02:00:05:00',
    '* FROM CLIP NAME: aa',
    '* TO CLIP NAME: bb',
    '* SOURCE FILE: aa.mov',
    '* SOURCE FILE: bb.mov',
  ];

  it('keeps both sources, with their names', () => {
    const { events, problems } = read(dissolve);
    expect(events.map(({ reel, clipName, sourceFile, side }) => [reel, clipName, sourceFile, side])).toEqual([
      ['A', 'aa', null, 'single'],
      ['A', 'aa', 'aa.mov', 'from'],
      ['B', 'bb', 'bb.mov', 'to'],
    ]);
    expect(events[2]).toMatchObject({
      kind: 'dissolve',
      transition: {
        type: 'D',
        durationFrames: 24,
        from: { reel: 'A', source: { in: '01:00:02:00', out: '01:00:02:00' } },
      },
    });
    expect(events[1]!.sourceFrames).toBeNull();
    expect(problems).toEqual([]);
  });

  it('may be a wipe with its code and name, or a key with two sources', () => {
    const wipe = read([
      '002  A V C 01:00:00:00 01:00:00:00 02:00:00:00 02:00:00:00',
      `002  B V W001 024 ${SECOND}`,
      'EFFECTS NAME IS SPIRAL',
    ]);
    expect(wipe.events[1]).toMatchObject({
      kind: 'wipe',
      transition: { type: 'SPIRAL', code: 'W001', durationFrames: 24 },
    });
    const key = read([
      `003  BG V K B ${SECOND}`,
      `003  FG V K 000 ${SECOND}`,
      '* FROM CLIP NAME: back',
      '* KEY CLIP NAME: front',
    ]);
    expect(key.events).toMatchObject([
      { kind: 'key', reel: 'BG', clipName: 'back' },
      { kind: 'key', reel: 'FG', clipName: 'front' },
    ]);
  });

  it('gives two M2 lines to their sides by reel', () => {
    const list = read([
      '005  A V C 01:00:00:00 01:00:00:00 02:00:00:00 02:00:00:00',
      '005  B V D 008 03:00:00:00 03:00:02:00 02:00:00:00 02:00:01:00',
      'M2   B 048.0 03:00:00:00',
      'M2   A 012.0 01:00:00:00',
    ]);
    expect(list.events.map(({ speed }) => speed)).toEqual([
      { num: 1, den: 2 },
      { num: 2, den: 1 },
    ]);
  });

  it('out of black names its one picture', () => {
    const list = read([
      '001  BL V C 00:00:00:00 00:00:00:00 02:00:00:00 02:00:00:00',
      `001  A V D 012 ${SECOND}`,
      '* FROM CLIP NAME: picture',
    ]);
    expect(list.events.map(({ clipName }) => clipName)).toEqual([null, 'picture']);
  });
});

describe('lint', () => {
  it('says when a reel was cut to eight characters and what the full name is', () => {
    const list = read([`001  BOONE_SM V C ${SECOND}`, '* SOURCE FILE: BOONE SMITH ON CAMERA']);
    expect(list.problems).toMatchObject([
      { code: 'cut-list-reel-truncated', technical: { fullName: 'BOONE SMITH ON CAMERA' } },
    ]);
    expect(
      read([`001  A001C002 V C ${SECOND}`, '* SOURCE FILE: A001C002_240101_R1AB']).problems,
    ).toHaveLength(1);
    expect(read([`001  A001C002_240101_R1AB V C ${SECOND}`]).problems).toEqual([]);
  });

  it('says when two events claim one record time, and when numbers repeat', () => {
    const list = read([
      `001  A V C ${SECOND}`,
      '002  B V C 01:00:00:00 01:00:01:00 02:00:00:12 02:00:01:12',
      '001  C V C 01:00:00:00 01:00:01:00 02:00:01:12 02:00:02:12',
    ]);
    expect(list.problems.map(({ code, line }) => [code, line])).toEqual([
      ['cut-list-record-overlap', 2],
      ['cut-list-event-number', 3],
    ]);
    expect(read([`001  A V C ${SECOND}`, `002  B V2 C ${SECOND}`]).problems).toEqual([]);
  });
});
