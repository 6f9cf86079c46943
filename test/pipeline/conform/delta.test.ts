import { describe, expect, it } from 'vitest';
import { asDelivered, compareTurnovers } from '../../../pipeline/conform/delta.ts';
import { withoutRanges } from '../../../pipeline/conform/frame-ranges.ts';
import { matchEvents } from '../../../pipeline/conform/match.ts';
import { planTurnover } from '../../../pipeline/conform/plan.ts';
import type { PlateChange } from '../../../pipeline/conform/plate-change.ts';
import type { PlannedPlate, TurnoverPlan } from '../../../schemas/turnover.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { formatTimecode } from '../../../standards/time/timecode.ts';
import { makeClip } from './make-clips.ts';

const A = makeClip({ frameCount: 2400 });
const B = makeClip({ clipName: 'B003C007_240101_R2CD', frameCount: 2400 });

type Cut = {
  shot?: string;
  clip?: typeof A;
  first: number;
  frames?: number;
  remarks?: string[];
  record?: number;
};

function plan(
  version: number,
  cuts: Cut[],
  previous: TurnoverPlan | null = null,
  earlier: PlannedPlate[] = [],
  handles = 8,
): TurnoverPlan {
  const at = (frames: number) => formatTimecode({ frames, rate: rational(24), dropFrame: false });
  let record = 86400;
  const text = cuts
    .map(
      ({ shot = 'S_0010', clip = A, first, frames = 48, remarks = [], record: length = frames }, index) => {
        const line = `${String(index + 1).padStart(3, '0')}  ${clip.clipName} V C ${at(864000 + first)} ${at(864000 + first + frames)} ${at(record)} ${at(record + length)}`;
        const lines = [line, `* LOC: ${at(record)} RED ${shot}`, ...remarks];
        record += length;
        return lines.join('\n');
      },
    )
    .join('\n');
  const list = parseEdl(text, { rate: rational(24) });
  const clips = [A, B];
  const matches = matchEvents(list.events, clips, { recordRate: rational(24) });
  return planTurnover({
    turnover: `AGM/cut/${version}`,
    list,
    matches,
    clips,
    recipe: { handles, numbering: { first: 1001, at: 'handle-start', digits: 4 } },
    previous,
    earlier,
  });
}

function change(before: Cut[], after: Cut[]): PlateChange[] {
  const delivered = plan(1, before);
  return compareTurnovers({ previous: delivered }, plan(2, after, delivered)).plates;
}

const summary = ([first]: PlateChange[]) => [first!.kinds, first!.framesToRender, first!.isDelivered];

describe('a new version of a cut', () => {
  it('renders nothing for a shot that is unchanged, trimmed, or extended within its handles', () => {
    for (const after of [{ first: 100 }, { first: 110, frames: 20 }, { first: 95, frames: 60 }]) {
      expect(summary(change([{ first: 100 }], [after])), JSON.stringify(after)).toEqual([
        ['covered'],
        [],
        false,
      ]);
    }
  });

  it('renders only the frames that a longer shot lacks, and delivers all of it as the next version', () => {
    const [longer] = change([{ first: 100 }], [{ first: 80, frames: 68 }]);
    expect(longer).toMatchObject({
      kinds: ['extended'],
      framesToRender: [{ first: 72, last: 91 }],
      framesReused: 64,
      isDelivered: true,
      version: 2,
    });
    expect(longer!.forPeople).toContain('12 at the head');
    expect(longer!.forPeople).toContain('20 of 84 frames');
  });

  it('delivers a shot again when sound runs under it that was not here before, and renders no frame for it', () => {
    const heard = (version: number, sounds?: string[]) => {
      const made = plan(version, [{ first: 100 }]);
      return sounds ? { ...made, plates: made.plates.map((plate) => ({ ...plate, sounds })) } : made;
    };
    const turned = (before: string[] | undefined, now: string[]) =>
      compareTurnovers({ previous: heard(1, before) }, heard(2, now)).plates;
    const [late] = turned([], ['a', 'b']);
    expect(late).toMatchObject({ kinds: ['resounded'], framesToRender: [], isDelivered: true, version: 2 });
    expect(late!.forPeople).toContain('has sound under it that was not here before: nothing to render');
    expect(summary(turned(['a'], ['a', 'b']))).toEqual([['resounded'], [], true]);
    for (const [before, now] of [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [['a', 'b'], ['b']],
      [undefined, ['a']],
    ] as const)
      expect(summary(turned(before && [...before], [...now])), `${before} ${now}`).toEqual([
        ['covered'],
        [],
        false,
      ]);
  });

  it('tells a slip from an extension', () => {
    expect(summary(change([{ first: 100 }], [{ first: 120 }]))).toEqual([
      ['slipped'],
      [{ first: 156, last: 175 }],
      true,
    ]);
    expect(summary(change([{ first: 100 }], [{ first: 104 }]))).toEqual([['slipped'], [], false]);
  });

  it('tells a retime, a new grade, another clip', () => {
    const fast = { first: 100, frames: 48, record: 24, remarks: ['M2 A 048.0 10:00:04:04'] };
    expect(change([{ first: 100 }], [fast])[0]).toMatchObject({ kinds: ['retimed'], framesToRender: [] });
    expect(change([{ first: 100 }], [{ first: 100, remarks: ['*ASC_SAT 0.9'] }])[0]).toMatchObject({
      kinds: ['recoloured'],
      framesToRender: [],
    });
    // Other material never takes over a plate name that was delivered.
    expect(change([{ first: 100 }], [{ first: 100, clip: B }])).toMatchObject([
      { plateId: 'S_0010_PL02', kinds: ['new'], framesToRender: [{ first: 92, last: 155 }], version: 1 },
      { plateId: 'S_0010_PL01', kinds: ['removed'] },
    ]);
  });

  it('tells a renamed shot, and renders nothing for the name', () => {
    expect(change([{ first: 100 }], [{ first: 100, shot: 'S_0015' }])[0]).toMatchObject({
      kinds: ['renamed'],
      previousPlateId: 'S_0010_PL01',
      framesToRender: [],
      isDelivered: true,
    });
  });

  it('tells new and removed shots', () => {
    const delivered = plan(1, [{ first: 100 }, { first: 300, shot: 'S_0020' }]);
    const delta = compareTurnovers(
      { previous: delivered },
      plan(2, [{ first: 100 }, { first: 600, shot: 'S_0030' }], delivered),
    );
    expect(delta.plates.map(({ plateId, kinds }) => [plateId, kinds])).toEqual([
      ['S_0010_PL01', ['covered']],
      ['S_0030_PL01', ['new']],
      ['S_0020_PL01', ['removed']],
    ]);
    expect(delta).toMatchObject({
      cancel: [],
      totals: { frames: 128, toRender: 64, reused: 64 },
    });
  });

  it('is compared with the frames that went out, not with those an earlier version would have had', () => {
    const first = plan(1, [{ first: 100 }]);
    const planned = plan(2, [{ first: 94, frames: 54 }], first);
    const delta = compareTurnovers({ previous: first }, planned);
    const second = { ...planned, plates: asDelivered(planned.plates, delta) };
    expect(second.plates[0]).toMatchObject({
      isDelivered: false,
      plateVersion: 1,
      sourceFrames: { first: 92, last: 155 },
      handles: { head: 2, tail: 8 },
      firstFrameNumber: 1001,
    });
    const third = plan(3, [{ first: 88, frames: 60 }], second);
    expect(compareTurnovers({ previous: second }, third).plates[0]).toMatchObject({
      kinds: ['extended'],
      framesToRender: [{ first: 80, last: 91 }],
      version: 2,
    });
  });

  it('knows a shot again that left the cut and comes back, with its version and its numbers', () => {
    const first = plan(1, [{ first: 100 }, { first: 300, shot: 'S_0020' }]);
    const second = plan(2, [{ first: 100 }], first);
    const earlier = first.plates.slice(1);
    const back = (from: number) => {
      const third = plan(3, [{ first: 100 }, { first: from, shot: 'S_0020' }], second, earlier);
      return { third, change: compareTurnovers({ previous: second, earlier }, third).plates[1] };
    };
    expect(back(300).change).toMatchObject({ kinds: ['covered'], isDelivered: false, version: 1 });
    const moved = back(320);
    expect(moved.change).toMatchObject({ kinds: ['slipped'], isDelivered: true, version: 2 });
    expect(moved.third.plates[1]).toMatchObject({ firstFrameNumber: 1021 });
  });

  it('delivers a shot again of which longer handles are asked', () => {
    const first = plan(1, [{ first: 100 }]);
    const second = plan(2, [{ first: 100 }], first, [], 12);
    expect(compareTurnovers({ previous: first }, second).plates[0]).toMatchObject({
      kinds: ['extended'],
      forPeople: 'S_0010_PL01 has longer handles, 12 and 12: 8 of 72 frames are rendered.',
      version: 2,
    });
  });

  it('stops work in flight that it does not have any more, or has otherwise, and lets the rest go on', () => {
    const first = plan(1, [
      { first: 100 },
      { first: 300, shot: 'S_0020' },
      { first: 500, shot: 'S_0030' },
      { first: 700, shot: 'S_0040' },
    ]);
    const made = { ...first, plates: first.plates.slice(0, 1) };
    const second = plan(2, [{ first: 100 }, { first: 300, shot: 'S_0020' }, { first: 520, shot: 'S_0030' }]);
    const underway = [{ turnover: 'AGM/cut/1', plates: first.plates.slice(1) }];
    const delta = compareTurnovers({ previous: made, underway }, second);
    expect(delta.cancel).toEqual([{ turnover: 'AGM/cut/1', plates: ['S_0040_PL01', 'S_0030_PL01'] }]);
    expect(delta.plates.map(({ plateId, kinds, version }) => [plateId, kinds, version])).toEqual([
      ['S_0010_PL01', ['covered'], 1],
      ['S_0020_PL01', ['new'], 1],
      ['S_0030_PL01', ['slipped'], 2],
      ['S_0040_PL01', ['removed'], 1],
    ]);
  });

  it('stops all work in flight when recipe, AMF or FDL are others', () => {
    const first = { ...plan(1, [{ first: 100 }]), documents: { recipe: 'a' } };
    const second = { ...plan(2, [{ first: 100 }]), documents: { recipe: 'b' } };
    const underway = [{ turnover: 'AGM/cut/1', plates: first.plates, documents: first.documents }];
    const delta = compareTurnovers({ previous: { ...first, plates: [] }, underway }, second);
    expect(delta.cancel).toEqual([{ turnover: 'AGM/cut/1', plates: ['S_0010_PL01'] }]);
    expect(delta.plates[0]).toMatchObject({ isDelivered: true, version: 2 });
  });

  it('does not make a frame again that another shot made', () => {
    const delivered = plan(1, [{ first: 100, frames: 400 }]);
    const delta = compareTurnovers(
      { previous: delivered },
      plan(
        2,
        [
          { first: 100, frames: 400 },
          { first: 200, shot: 'S_0020' },
        ],
        delivered,
      ),
    );
    expect(delta.plates[1]).toMatchObject({ kinds: ['new'], framesToRender: [], framesReused: 64 });
  });

  it('keeps the numbers of the source frames over versions', () => {
    const first = plan(1, [{ first: 100 }]);
    const second = plan(2, [{ first: 80, frames: 68 }], first);
    const third = plan(3, [{ first: 90, frames: 58 }], second);
    const numberOf = (made: TurnoverPlan, frame: number) =>
      made.plates[0]!.firstFrameNumber + frame - made.plates[0]!.sourceFrames.first;
    expect([first, second, third].map((made) => numberOf(made, 100))).toEqual([1009, 1009, 1009]);
  });
});

it('frames that are left after taking others away are exactly those, for random ranges', () => {
  let state = 3;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let run = 0; run < 3000; run++) {
    const range = { first: random(60), last: 60 + random(40) };
    const others = Array.from({ length: random(6) }, () => {
      const first = random(100);
      return { first, last: first + random(20) };
    });
    const left = withoutRanges(range, others).flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, at) => first + at),
    );
    const expected = Array.from({ length: range.last - range.first + 1 }, (_, at) => range.first + at).filter(
      (frame) => !others.some((other) => frame >= other.first && frame <= other.last),
    );
    expect(left, JSON.stringify({ range, others })).toEqual(expected);
  }
});
