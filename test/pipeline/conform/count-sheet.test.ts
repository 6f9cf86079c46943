import { describe, expect, it } from 'vitest';
import { countSheet, countSheetCsv } from '../../../pipeline/conform/count-sheet.ts';
import { countSheetPage } from '../../../pipeline/conform/count-sheet-page.ts';
import { forecastTurnover } from '../../../pipeline/conform/forecast.ts';
import { matchEvents } from '../../../pipeline/conform/match.ts';
import { planTurnover } from '../../../pipeline/conform/plan.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { cuts, makeClip } from './make-clips.ts';

const A = makeClip();
const list = parseEdl(
  cuts(
    { reel: A.clipName, source: '10:00:02:00 10:00:03:00', remarks: ['* LOC: 01:00:00:00 RED S_0010'] },
    { reel: A.clipName, source: '10:00:02:12 10:00:03:12', remarks: ['* LOC: 01:00:01:00 RED S_0020'] },
  ),
  { rate: rational(24) },
);
const plan = planTurnover({
  turnover: 'AGM/t/1',
  list,
  matches: matchEvents(list.events, [A]),
  clips: [A],
  recipe: { handles: 8, numbering: { first: 1001, at: 'handle-start', digits: 4 } },
});
const sizeOf = () => ({ width: 4096, height: 2160 });

describe('a forecast', () => {
  it('counts a source frame that two plates want once, and every plate whole in bytes', () => {
    const forecast = forecastTurnover({ plan, sizeOf, compression: 'none', cores: 2 });
    expect(forecast).toMatchObject({ frames: 80, framesToRender: 52, bytes: 80 * 4096 * 2160 * 6 });
    expect(forecast.plates.map(({ framesToRender }) => framesToRender)).toEqual([40, 12]);
    expect(forecast.seconds).toBeGreaterThan(0);
  });

  it('leaves out what is there already', () => {
    const forecast = forecastTurnover({
      plan,
      sizeOf,
      compression: 'zip',
      cores: 2,
      made: () => [{ first: 0, last: 239 }],
    });
    expect(forecast).toMatchObject({ frames: 80, framesToRender: 0, coreHours: 0, seconds: 0 });
  });
});

describe('a count sheet', () => {
  const sheet = countSheet(plan, forecastTurnover({ plan, sizeOf, compression: 'none', cores: 2 }));

  it('has a row per plate, with numbers that a vendor can check', () => {
    expect(sheet.rows[0]).toMatchObject({
      shot: 'S_0010',
      plate: 'PL01',
      cutFrames: 24,
      head: 8,
      tail: 8,
      frames: 40,
      firstNumber: 1001,
      cutInNumber: 1009,
      lastNumber: 1040,
      speed: '1',
    });
  });

  it('is CSV that a spreadsheet reads as text', () => {
    const odd = {
      ...sheet,
      rows: [{ ...sheet.rows[0]!, clip: '=HYPERLINK("http://x")', remarks: 'a, "b"' }],
    };
    const [head, row] = countSheetCsv(odd).split('\r\n');
    expect(head!.split(',').slice(0, 3)).toEqual(['shot', 'plate', 'event']);
    expect(row).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(row).toContain('"a, ""b"""');
  });

  it('is a page in which names cannot become markup', () => {
    const odd = { ...sheet, turnover: '<script>alert(1)</script>' };
    const page = countSheetPage(odd, new Map([['S_0010_PL01', 'thumbs/a.jpg']]), plan.findings);
    expect(page).not.toContain('<script>');
    expect(page).toContain('src="thumbs/a.jpg"');
    expect(page.match(/<tr>/g)).toHaveLength(3);
  });
});
