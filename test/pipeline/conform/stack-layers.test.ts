import { describe, expect, it } from 'vitest';
import { matchEvents } from '../../../pipeline/conform/match.ts';
import { planTurnover } from '../../../pipeline/conform/plan.ts';
import { stackLayers } from '../../../pipeline/conform/stack-layers.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { cuts, makeClip } from './make-clips.ts';

const A = makeClip();
const B = makeClip({ clipName: 'B003C007_240101_R2CD', frameRate: rational(25) });
const RECIPE = { handles: 8, numbering: { first: 1001, at: 'handle-start' as const, digits: 4 } };
const SOURCE = '10:00:02:00 10:00:03:00';

function layer(fileName: string, text: string, rate = rational(24)) {
  const list = parseEdl(text, { rate });
  return { fileName, list, matches: matchEvents(list.events, [A, B], { recordRate: rate }) };
}

const planOf = (...layers: ReturnType<typeof layer>[]) =>
  planTurnover({ turnover: 'AGM/t/1', ...stackLayers(layers), clips: [A, B], recipe: RECIPE });

const shot = (name: string) => [`* LOC: 01:00:00:00 RED ${name}`];

describe('the lists of one turnover', () => {
  it('are layers: what lies over a named shot in V2.edl is its second plate', () => {
    const plan = planOf(
      layer('V1.edl', cuts({ reel: A.clipName, source: SOURCE, remarks: shot('AGM_010_0010') })),
      layer('V2.edl', cuts({ reel: A.clipName, source: '10:00:05:00 10:00:06:00' })),
      layer(
        'V3.edl',
        cuts({ reel: A.clipName, source: '10:00:07:00 10:00:08:00', remarks: shot('AGM_010_0010') }),
      ),
    );
    expect(plan.plates.map(({ plateId, cutFrames }) => [plateId, cutFrames.first])).toEqual([
      ['AGM_010_0010_PL01', 48],
      ['AGM_010_0010_PL02', 120],
      ['AGM_010_0010_PL03', 168],
    ]);
    expect(plan.events.map(({ index, tracks, list }) => [index, tracks, list])).toEqual([
      [0, ['V'], 'V1.edl'],
      [1, ['V2'], 'V2.edl'],
      [2, ['V3'], 'V3.edl'],
    ]);
    expect(plan.findings.filter(({ code }) => code.startsWith('shot-name'))).toEqual([]);
  });

  it('lie above all tracks of the lists before them', () => {
    const below = [
      cuts({ reel: A.clipName, source: SOURCE, remarks: shot('AGM_010_0010') }),
      `002  ${A.clipName} V2 C ${SOURCE} 01:00:00:00 01:00:01:00`,
    ].join('\n');
    const { list } = stackLayers([
      layer('V1.edl', below),
      layer('V3.edl', cuts({ reel: A.clipName, source: SOURCE })),
    ]);
    expect(list.events.map(({ tracks }) => tracks)).toEqual([['V'], ['V2'], ['V3']]);
  });

  it('may be reels of a film that follow each other: nothing is stacked then', () => {
    const second = cuts({
      reel: A.clipName,
      source: '10:00:05:00 10:00:06:00',
      remarks: shot('AGM_020_0010'),
    });
    const plan = planOf(
      layer('R1.edl', cuts({ reel: A.clipName, source: SOURCE, remarks: shot('AGM_010_0010') })),
      layer('R2.edl', second.replaceAll(' 01:', ' 02:')),
    );
    expect(plan.plates.map(({ plateId }) => plateId)).toEqual(['AGM_010_0010_PL01', 'AGM_020_0010_PL01']);
  });

  it('keep their own rates, and findings name the list', () => {
    const plan = planOf(
      layer('V1.edl', cuts({ reel: A.clipName, source: SOURCE, remarks: shot('AGM_010_0010') })),
      layer(
        'V2.edl',
        cuts({ reel: B.clipName, source: SOURCE }, { reel: 'A999', source: SOURCE }),
        rational(25),
      ),
    );
    expect(plan.plates.map(({ cutFrames }) => cutFrames)).toEqual([
      { first: 48, last: 71 },
      { first: 50, last: 74 },
    ]);
    expect(plan.findings.find(({ code }) => code === 'roll-awaited')?.subject).toMatchObject({
      path: 'V2.edl',
      line: 2,
    });
  });

  it('hold transitions whose two sides stay together', () => {
    const dissolve = [
      `001  ${A.clipName} V C ${SOURCE} 01:00:00:00 01:00:01:00`,
      `002  ${A.clipName} V C 10:00:03:00 10:00:03:00 01:00:01:00 01:00:01:00`,
      `002  ${A.clipName} V D 012 10:00:06:00 10:00:07:00 01:00:01:00 01:00:02:00`,
    ].join('\n');
    const plan = planOf(
      layer('V1.edl', cuts({ reel: A.clipName, source: SOURCE })),
      layer('V2.edl', dissolve),
    );
    expect(plan.plates.map(({ cutFrames }) => cutFrames)).toEqual([
      { first: 48, last: 71 },
      { first: 48, last: 83 },
      { first: 144, last: 167 },
    ]);
    expect(plan.events[3]!.transition?.from).toMatchObject({ index: 2 });
  });
});
