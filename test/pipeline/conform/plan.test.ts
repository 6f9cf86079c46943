import { describe, expect, it } from 'vitest';
import { matchEvents } from '../../../pipeline/conform/match.ts';
import type { MatchClip } from '../../../pipeline/conform/match-clip.ts';
import { type PlanInput, planTurnover } from '../../../pipeline/conform/plan.ts';
import type { TurnoverPlan } from '../../../schemas/turnover.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { cuts, makeClip } from './make-clips.ts';

const A = makeClip();
const B = makeClip({ clipName: 'B003C007_240101_R2CD' });
const RECIPE = { handles: 8, numbering: { first: 1001, at: 'handle-start' as const, digits: 4 } };

function plan(text: string, clips: MatchClip[] = [A, B], change: Partial<PlanInput> = {}): TurnoverPlan {
  const list = parseEdl(text, { rate: rational(24) });
  return planTurnover({
    turnover: 'AGM/t/1',
    list,
    matches: matchEvents(list.events, clips, { recordRate: rational(24) }),
    clips,
    recipe: RECIPE,
    ...change,
  });
}

const codes = (made: TurnoverPlan) => made.findings.map(({ code }) => code);
const shot = (name: string) => [`* LOC: 01:00:00:00 RED ${name}`];

describe('a plate', () => {
  it('counts source frames from the first frame of its clip, with handles on both sides', () => {
    const { plates } = plan(
      cuts({ reel: A.clipName, source: '10:00:02:00 10:00:03:00', remarks: shot('AGM_010_0010') }),
    );
    expect(plates).toMatchObject([
      {
        plateId: 'AGM_010_0010_PL01',
        shot: 'AGM_010_0010',
        plate: 'PL01',
        clipId: A.clipId,
        cutFrames: { first: 48, last: 71 },
        sourceFrames: { first: 40, last: 79 },
        handles: { head: 8, tail: 8 },
        handlesAsked: { head: 8, tail: 8 },
        firstFrameNumber: 1001,
        cutInNumber: 1009,
        reverse: false,
      },
    ]);
  });

  it('is numbered so that the cut begins at 1001 when the recipe says so', () => {
    const made = plan(cuts({ reel: A.clipName, source: '10:00:02:00 10:00:03:00' }), [A], {
      recipe: { handles: 8, numbering: { first: 1001, at: 'cut-in', digits: 4 } },
    });
    expect(made.plates).toMatchObject([{ firstFrameNumber: 993, cutInNumber: 1001 }]);
  });

  it('has the handles that the media has, asymmetric when it must, and says so', () => {
    const made = plan(
      cuts(
        { reel: A.clipName, source: '10:00:00:03 10:00:01:03', remarks: shot('S_010') },
        { reel: A.clipName, source: '10:00:08:23 10:00:09:23', remarks: ['* LOC: 01:00:01:00 RED S_020'] },
      ),
    );
    expect(made.plates.map(({ handles, sourceFrames }) => [handles, sourceFrames])).toEqual([
      [
        { head: 3, tail: 8 },
        { first: 0, last: 34 },
      ],
      [
        { head: 8, tail: 1 },
        { first: 207, last: 239 },
      ],
    ]);
    expect(codes(made)).toEqual(['handles-clamped', 'handles-clamped']);
  });

  it('scales its handles with the speed and rounds them outward', () => {
    const fast = plan(
      cuts({ reel: A.clipName, source: '10:00:02:00 10:00:04:00', remarks: ['M2 A 048.0 10:00:02:00'] }),
    );
    expect(fast.plates).toMatchObject([
      {
        cutFrames: { first: 48, last: 95 },
        handlesAsked: { head: 16, tail: 16 },
        sourceFrames: { first: 32, last: 111 },
        speed: { num: 2, den: 1 },
      },
    ]);
    const slow = plan(
      cuts({ reel: A.clipName, source: '10:00:02:00 10:00:02:08', remarks: ['M2 A 008.0 10:00:02:00'] }),
    );
    expect(slow.plates).toMatchObject([
      { cutFrames: { first: 48, last: 55 }, handlesAsked: { head: 3, tail: 3 } },
    ]);
  });

  it('of a reverse is pulled forward, of a freeze is one frame and handles', () => {
    const reverse = plan(
      cuts({ reel: A.clipName, source: '10:00:02:00 10:00:03:00', remarks: ['M2 A -024.0 10:00:02:00'] }),
    );
    expect(reverse.plates).toMatchObject([
      { reverse: true, cutFrames: { first: 48, last: 71 }, shown: { first: 71, last: 48 } },
    ]);
    const freeze = plan(
      cuts({
        reel: A.clipName,
        source: '10:00:02:00 10:00:02:01',
        seconds: 4,
        remarks: ['M2 A 000.0 10:00:02:00'],
      }),
    );
    expect(freeze.plates).toMatchObject([
      { cutFrames: { first: 48, last: 48 }, sourceFrames: { first: 40, last: 56 } },
    ]);
  });

  it('of the outgoing side of a dissolve runs on under the dissolve', () => {
    const made = plan(
      [
        `001  ${A.clipName} V C 10:00:02:00 10:00:03:00 01:00:00:00 01:00:01:00`,
        `002  ${A.clipName} V C 10:00:03:00 10:00:03:00 01:00:01:00 01:00:01:00`,
        `002  ${B.clipName} V D 012 10:00:05:00 10:00:07:00 01:00:01:00 01:00:03:00`,
      ].join('\n'),
    );
    expect(made.plates.map(({ clipId, cutFrames }) => [clipId, cutFrames])).toEqual([
      [A.clipId, { first: 48, last: 83 }],
      [B.clipId, { first: 120, last: 167 }],
    ]);
  });

  it('of a retimed outgoing side needs frames of its own speed', () => {
    const made = plan(
      [
        `001  ${A.clipName} V C 10:00:02:00 10:00:04:00 01:00:00:00 01:00:01:00`,
        `M2 ${A.clipName} 048.0 10:00:02:00`,
        `002  ${A.clipName} V C 10:00:04:00 10:00:04:00 01:00:01:00 01:00:01:00`,
        `002  BL V D 012 00:00:00:00 00:00:00:12 01:00:01:00 01:00:01:12`,
      ].join('\n'),
    );
    expect(made.plates).toMatchObject([{ cutFrames: { first: 48, last: 119 } }]);
  });

  it('of a faster camera counts in the frames of that camera', () => {
    const fast = makeClip({ frameRate: rational(48), frameCount: 480 });
    const made = plan(cuts({ reel: fast.clipName, source: '10:00:02:00 10:00:03:00' }), [fast]);
    expect(made.plates).toMatchObject([
      { cutFrames: { first: 96, last: 143 }, handlesAsked: { head: 16, tail: 16 } },
    ]);
  });

  it('over midnight counts on', () => {
    const late = makeClip({ startTimecode: '23:59:59:00' });
    expect(
      plan(cuts({ reel: late.clipName, source: '23:59:59:12 00:00:00:12' }), [late]).plates,
    ).toMatchObject([{ cutFrames: { first: 12, last: 35 } }]);
    expect(
      plan(cuts({ reel: late.clipName, source: '00:00:02:00 00:00:03:00' }), [late]).plates,
    ).toMatchObject([{ cutFrames: { first: 72, last: 95 } }]);
  });

  it('that reaches over the media is cut to it and is an error', () => {
    const made = plan(cuts({ reel: A.clipName, source: '10:00:09:12 10:00:10:12' }));
    expect(made.plates).toMatchObject([{ cutFrames: { first: 228, last: 239 }, handles: { tail: 0 } }]);
    expect(codes(made)).toContain('range-outside-media');
  });
});

describe('shots', () => {
  it('stack plates that lie over each other on several tracks', () => {
    const text = [
      `001  ${A.clipName} V  C 10:00:02:00 10:00:03:00 01:00:00:00 01:00:01:00`,
      '* LOC: 01:00:00:00 RED AGM_010_0010',
      `002  ${B.clipName} V2 C 10:00:05:00 10:00:06:00 01:00:00:00 01:00:01:00`,
      `003  ${B.clipName} V3 C 10:00:07:00 10:00:08:00 01:00:00:00 01:00:01:00`,
      '* LOC: 01:00:00:00 RED AGM_010_0010',
    ].join('\n');
    const made = plan(text);
    expect(made.plates.map(({ plateId, eventIndex }) => [plateId, eventIndex])).toEqual([
      ['AGM_010_0010_PL01', 0],
      ['AGM_010_0010_PL02', 1],
      ['AGM_010_0010_PL03', 2],
    ]);
    expect(codes(made)).toEqual([]);
  });

  it('that come twice are a doubt, that have no name get one, and bad characters are replaced', () => {
    const made = plan(
      cuts(
        { reel: A.clipName, source: '10:00:02:00 10:00:03:00', remarks: shot('AGM_010_0010') },
        { reel: A.clipName, source: '10:00:04:00 10:00:05:00' },
        {
          reel: B.clipName,
          source: '10:00:02:00 10:00:03:00',
          remarks: ['* LOC: 01:00:02:00 RED AGM_010_0010'],
        },
      ),
    );
    expect(made.plates.map(({ plateId }) => plateId)).toEqual([
      'AGM_010_0010_PL01',
      'list_0002_PL01',
      'AGM_010_0010_PL02',
    ]);
    expect(codes(made)).toEqual(['shot-name-missing', 'shot-name-duplicate']);
    const list = parseEdl(cuts({ reel: A.clipName, source: '10:00:02:00 10:00:03:00' }), {
      rate: rational(24),
    });
    list.events[0]!.shotName = 'AGM 010/0010';
    const illegal = planTurnover({
      turnover: 'AGM/t/1',
      list,
      matches: matchEvents(list.events, [A]),
      clips: [A],
      recipe: RECIPE,
    });
    expect(illegal.plates[0]!.shot).toBe('AGM_010_0010');
    expect(codes(illegal)).toEqual(['shot-name-illegal']);
  });

  describe('two shots whose names become one when they are made legal', () => {
    const named = (names: string[], change: Partial<PlanInput> = {}) => {
      const list = parseEdl(
        cuts(...names.map(() => ({ reel: A.clipName, source: '10:00:02:00 10:00:03:00' }))),
        { rate: rational(24) },
      );
      for (const [at, name] of names.entries()) list.events[at]!.shotName = name;
      const matches = matchEvents(list.events, [A]);
      return planTurnover({ turnover: 'AGM/t/1', list, matches, clips: [A], recipe: RECIPE, ...change });
    };
    const long = 'L'.repeat(140);
    it.each([
      ['of signs', ['AGM/010', 'AGM:010']],
      ['of which one is legal', ['AGM/010', 'AGM_010']],
      ['of letters that are not Latin', ['日本', '東京']],
      ['that differ behind the longest name', [`${long}A`, `${long}B`]],
      ['of case and sign', ['agm/010', 'AGM_010']],
    ])('stay two, and it is told: %s', (_, names) => {
      const made = named(names);
      const shots = made.plates.map((plate) => plate.shot);
      expect(new Set(shots.map((name) => name.toUpperCase())).size).toBe(2);
      expect(made.plates.map(({ plate }) => plate)).toEqual(['PL01', 'PL01']);
      for (const [at, name] of names.entries()) {
        expect(shots[at]).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/);
        if (/^[A-Z_0-9]{1,20}$/.test(name)) expect(shots[at]).toBe(name);
      }
      expect(codes(made)).not.toContain('shot-name-duplicate');
      expect(codes(made)).toContain('shot-name-illegal');
    });

    it('keep their names when one of them leaves the list', () => {
      const before = named(['AGM/010', 'AGM:010']);
      const after = named(['AGM:010'], { previous: before });
      expect(after.plates[0]!.shot).toBe(before.plates[1]!.shot);
    });

    it('are one where only accents are spelled otherwise, and lose them', () => {
      const made = named(['Émile_010', 'E\u0301mile_010', '..A..B']);
      expect(made.plates.map((plate) => plate.shot)).toEqual(['Emile_010', 'Emile_010', 'A.B']);
    });
  });

  it('plate ids are unique in a turnover', () => {
    const made = plan(
      cuts(
        ...Array.from({ length: 40 }, (_, at) => ({
          reel: A.clipName,
          source: '10:00:02:00 10:00:03:00',
          remarks: at % 3 === 0 ? shot('AGM_010_0010') : [],
        })),
      ),
    );
    expect(new Set(made.plates.map(({ plateId }) => plateId)).size).toBe(40);
  });
});

describe('a list that mixes rates', () => {
  const ntsc = makeClip({ clipName: 'B001C001_240101_R1AB', frameRate: rational(24000, 1001) });
  const pal = makeClip({ clipName: 'C001C001_240101_R1AB', frameRate: rational(25), frameCount: 250 });
  const drop = makeClip({
    clipName: 'D001C001_240101_R1AB',
    frameRate: rational(30000, 1001),
    dropFrame: true,
    startTimecode: '10:00:00;00',
    frameCount: 300,
  });

  it.each([rational(24), rational(24000, 1001)])('counts each event at the rate of its clip (%o)', (rate) => {
    const text = cuts(
      { reel: A.clipName, source: '10:00:02:00 10:00:03:00' },
      { reel: ntsc.clipName, source: '10:00:02:00 10:00:03:00' },
      { reel: pal.clipName, source: '10:00:02:00 10:00:02:24' },
      { reel: pal.clipName, source: '10:00:02:24 10:00:03:24' },
      { reel: drop.clipName, source: '10:00:02;28 10:00:03;28' },
    );
    const list = parseEdl(text, { rate });
    const clips = [A, ntsc, pal, drop];
    const matches = matchEvents(list.events, clips, { recordRate: rate });
    const made = planTurnover({ turnover: 'AGM/t/1', list, matches, clips, recipe: RECIPE });
    // Seconds and frames from the clip's first timecode, at the clip's own count; the second that is left out is the end.
    expect(made.plates.map(({ clipId, cutFrames }) => [clipId, cutFrames.first, cutFrames.last])).toEqual([
      [A.clipId, 2 * 24, 3 * 24 - 1],
      [ntsc.clipId, 2 * 24, 3 * 24 - 1],
      [pal.clipId, 2 * 25, 2 * 25 + 23],
      [pal.clipId, 2 * 25 + 24, 3 * 25 + 23],
      [drop.clipId, 2 * 30 + 28, 3 * 30 + 27],
    ]);
    expect(codes(made)).not.toContain('cut-list-illegal-timecode');
  });

  it('still tells a timecode that is none at any rate of it', () => {
    const made = plan(cuts({ reel: A.clipName, source: '10:00:02:24 10:00:03:24' }));
    expect(made.plates).toEqual([]);
    expect(codes(made)).toContain('cut-list-illegal-timecode');
  });
});

describe('what cannot be planned', () => {
  it('is told apart: ambiguous, not found, awaited, nothing to make', () => {
    const twin = makeClip({ clipId: 'twin', rollId: 'AGM/20240102/A001' });
    const made = plan(
      [
        cuts(
          { reel: A.clipName, source: '10:00:02:00 10:00:03:00' },
          { reel: B.clipName, source: '20:00:00:00 20:00:01:00' },
          { reel: 'C009C001_240105_R1XY', source: '10:00:02:00 10:00:03:00' },
        ),
        '009  BL V C 00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00',
      ].join('\n'),
      [A, B, twin],
    );
    expect(made.plates).toEqual([]);
    expect(codes(made)).toEqual(['clip-ambiguous', 'clip-not-found', 'roll-awaited', 'event-not-picture']);
  });

  it('waits for a roll that is known but not sealed, and plans all the same', () => {
    const made = plan(
      cuts(
        { reel: A.clipName, source: '10:00:02:00 10:00:03:00' },
        { reel: B.clipName, source: '10:00:02:00 10:00:03:00' },
      ),
      [A, { ...B, rollId: 'AGM/20240101/B003' }],
      { rollsHere: new Set([A.rollId]) },
    );
    expect(made.plates.map(({ waitsForRoll }) => waitsForRoll)).toEqual([false, true]);
    expect(codes(made)).toContain('roll-awaited');
  });
});

describe('a later version', () => {
  const before = plan(
    cuts({ reel: A.clipName, source: '10:00:02:00 10:00:03:00', remarks: shot('AGM_010_0010') }),
  );

  it('keeps the number of every source frame: a head extension counts down', () => {
    const made = plan(
      cuts({ reel: A.clipName, source: '10:00:01:12 10:00:03:00', remarks: shot('AGM_010_0010') }),
      [A],
      { previous: before },
    );
    expect(made.plates).toMatchObject([
      { sourceFrames: { first: 28, last: 79 }, firstFrameNumber: 989, cutInNumber: 997 },
    ]);
  });

  it('keeps the plate names of its clips when a plate is put below', () => {
    const stacked = [
      `001  ${B.clipName} V  C 10:00:05:00 10:00:06:00 01:00:00:00 01:00:01:00`,
      ...shot('AGM_010_0010'),
      `002  ${A.clipName} V2 C 10:00:02:00 10:00:03:00 01:00:00:00 01:00:01:00`,
      ...shot('AGM_010_0010'),
    ].join('\n');
    expect(
      plan(stacked, [A, B], { previous: before }).plates.map(({ plate, clipId }) => [plate, clipId]),
    ).toEqual([
      ['PL02', B.clipId],
      ['PL01', A.clipId],
    ]);
  });
});
