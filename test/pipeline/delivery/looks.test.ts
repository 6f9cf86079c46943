import { describe, expect, it } from 'vitest';
import { readLooks, withLooks } from '../../../pipeline/delivery/looks.ts';
import type { Cdl } from '../../../schemas/cut-list.ts';
import type { PlannedPlate, TurnoverPlan } from '../../../schemas/turnover.ts';
import { writeCc, writeCcc, writeCdl } from '../../../standards/cdl/write-cdl.ts';
import { makePlannedPlate } from './clip-source-fixture.ts';

const grade = (red: number): Cdl => ({
  slope: [red, 1, 1],
  offset: [0, 0, 0],
  power: [1, 1, 1],
  saturation: 1,
});
const file = (fileName: string, text: string) => ({ fileName, text });
const cc = (id: string, red: number, fileName = `${id}.cc`) =>
  file(fileName, writeCc({ id, cdl: grade(red) }));

function planOf(...changes: Partial<PlannedPlate>[]): TurnoverPlan {
  const plates = changes.map((change) => ({ ...makePlannedPlate(), ...change }));
  return { version: 1, kind: 'turnover-plan', turnover: 't', events: [], matches: [], plates, findings: [] };
}

const reds = (plan: TurnoverPlan) => plan.plates.map(({ cdl }) => cdl?.slope[0] ?? null);
const codes = (plan: TurnoverPlan) => plan.findings.map(({ code }) => code);

describe('loose CDL files of a turnover', () => {
  it('grade the plate, shot or clip that their id or file name names, in any spelling of case and ending', () => {
    const one = { plateId: 'SHOT_010_PL01', shot: 'SHOT_010', clipName: 'A001C001_240101_R1AB' };
    for (const look of [
      cc('shot_010', 2),
      cc('SHOT_010_PL01_v003', 2),
      cc('A001C001_240101_R1AB.mov', 2),
      cc('cc0001', 2, 'SHOT_010.cc'),
      file(
        'all.ccc',
        writeCcc([
          { id: 'x', cdl: grade(3) },
          { id: 'SHOT_010', cdl: grade(2) },
        ]),
      ),
      file(
        'all.cdl',
        writeCdl([
          { id: 'x', cdl: grade(3) },
          { id: 'SHOT_010', cdl: grade(2) },
        ]),
      ),
    ])
      expect(reds(withLooks(planOf(one), [look])), look.fileName).toEqual([2]);
    expect(withLooks(planOf(one), [cc('SHOT_010', 2)]).plates[0]!.cdlSource).toBe('SHOT_010.cc "SHOT_010"');
  });

  it('grade by the nearest name: the plate before its shot, the shot before its clip', () => {
    const plan = planOf(
      { plateId: 'A_PL01', shot: 'A' },
      { plateId: 'A_PL02', shot: 'A' },
      { plateId: 'B_PL01', shot: 'B' },
    );
    const looks = [cc('A001C001_240101_R1AB', 1.1), cc('A', 1.2), cc('A_PL02', 1.3)];
    const graded = withLooks(plan, looks);
    expect(reds(graded)).toEqual([1.2, 1.3, 1.1]);
    expect(codes(graded)).toEqual([]);
  });

  it('go before the cut list, and say so where the two differ', () => {
    const plan = planOf({ cdl: grade(1.5) });
    const differing = withLooks(plan, [cc('SHOT_010', 1.6)]);
    expect(reds(differing)).toEqual([1.6]);
    expect(differing.findings).toMatchObject([{ code: 'cdl-conflict', subject: { id: 'SHOT_010_PL01' } }]);
    expect(codes(withLooks(plan, [cc('SHOT_010', 1.5)]))).toEqual([]);
  });

  it('decide nothing where two of them differ for one shot: the cut list stands', () => {
    const plan = planOf({ cdl: grade(1.5) });
    const looks = [cc('SHOT_010', 1.6, 'a.cc'), cc('SHOT_010', 1.7, 'b.cc')];
    const graded = withLooks(plan, looks);
    expect(reds(graded)).toEqual([1.5]);
    expect(graded.findings[0]!.forPeople).toMatch(/a\.cc.*b\.cc.*neither is used/);
    expect(reds(withLooks(plan, [looks[0]!, cc('SHOT_010', 1.6, 'c.cc')]))).toEqual([1.6]);
  });

  it('that name nobody are told, and never laid on a shot whose name only begins alike', () => {
    const graded = withLooks(planOf({}), [cc('SHOT_01', 2), cc('SHOT_0100', 2)]);
    expect(reds(graded)).toEqual([null]);
    expect(codes(graded)).toEqual(['document-unused', 'document-unused']);
  });

  it('that cannot be read are refused with their file and line', () => {
    expect(() => readLooks([file('bad.cc', '<ColorCorrection><SOPNode/></ColorCorrection>')])).toThrow(
      /bad\.cc, line 1/,
    );
    expect(() => readLooks([file('none.ccc', writeCcc([]))])).toThrow(/none\.ccc holds no colour correction/);
  });
});
