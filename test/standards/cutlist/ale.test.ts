import { describe, expect, it } from 'vitest';
import { parseAle } from '../../../standards/cutlist/ale/parse.ts';
import { decodeText } from '../../../standards/cutlist/decode-text.ts';

function ale(
  columns: string[],
  rows: string[][],
  { fps = '24', end = '\n', blank = true }: { fps?: string; end?: string; blank?: boolean } = {},
): string {
  const sections = [
    ['Heading', 'FIELD_DELIM\tTABS', ...(fps === '' ? [] : [`FPS\t${fps}`])],
    ['Column', columns.join('\t')],
    ['Data', ...rows.map((row) => row.join('\t'))],
  ];
  return sections.map((lines) => lines.join(end)).join(blank ? end + end : end) + end;
}

const COLUMNS = ['Name', 'Tape', 'Start', 'End', 'Tracks', 'ASC_SOP', 'ASC_SAT'];
const ROW = [
  '10A-1',
  'A001C002_240101_R1AB',
  '10:00:00:00',
  '10:00:02:00',
  'VA1A2',
  '(1 1 1)(0 0 0)(1 1 1.1)',
  '0.9',
];

describe('an ALE', () => {
  it('is a range per row, End exclusive, with its colour decision and every cell kept', () => {
    const list = parseAle(ale(COLUMNS, [ROW]));
    expect(list).toMatchObject({
      rate: { num: 24, den: 1 },
      problems: [],
      events: [
        {
          reel: 'A001C002_240101_R1AB',
          clipName: '10A-1',
          tracks: ['V', 'A1', 'A2'],
          class: 'picture',
          sourceFrames: { first: 864000, last: 864047 },
          cdl: { power: [1, 1, 1.1], saturation: 0.9 },
        },
      ],
    });
    expect(list.events[0]!.notes).toContain('Tape: A001C002_240101_R1AB');
  });

  it('is read with Windows, Unix and old Mac line ends, with and without blank lines, in UTF-16 and Mac Roman', () => {
    for (const end of ['\r\n', '\n', '\r'])
      for (const blank of [true, false])
        expect(parseAle(ale(COLUMNS, [ROW], { end, blank })).events).toHaveLength(1);
    const text = ale(['Name', 'Start', 'End'], [['Café', '10:00:00:00', '10:00:02:00']], { end: '\r' });
    const utf16 = (order: 'le' | 'be', mark: boolean) => {
      const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    for (const bytes of [
      utf16('le', true),
      utf16('be', true),
      utf16('le', false),
      utf16('be', false),
      Buffer.from(text),
      Buffer.from(text.replace('é', '\u008e'), 'latin1'),
    ]) {
      expect(parseAle(decodeText(bytes).text).events[0]!.clipName).toBe('Café');
    }
  });

  it('takes the rate of the row before that of the heading, and asks when there is none', () => {
    const columns = ['Name', 'Start', 'End', 'FPS'];
    expect(
      parseAle(ale(columns, [['a', '10:00:00:00', '10:00:02:00', '48']])).events[0]!.sourceFrames,
    ).toEqual({ first: 1728000, last: 1728095 });
    const none = parseAle(ale(columns, [['a', '10:00:00:00', '10:00:02:00', '']], { fps: '' }));
    expect([none.events[0]!.sourceFrames, none.problems.map(({ code }) => code)]).toEqual([
      null,
      ['cut-list-rate-unknown'],
    ]);
  });

  it('with short rows, other column names and a CDL in one column', () => {
    const list = parseAle(
      ale(
        ['Clip Name', 'Reel', 'Start', 'End', 'CDL', 'Comments'],
        [['a', 'R1', '10:00:00:00', '10:00:01:00', '(1 1 1) (0 0 0) (1 1 1) (0.8)']],
      ),
    );
    expect(list.events[0]).toMatchObject({ reel: 'R1', clipName: 'a', cdl: { saturation: 0.8 } });
  });

  it('says what is wrong with a row and reads the others', () => {
    const list = parseAle(
      ale(
        [...COLUMNS, 'Duration'],
        [
          ROW.with(2, '10:00:00:30'),
          [...ROW, '00:00:02:01'],
          ROW.with(5, '(1 1 1)'),
          [...ROW, '', 'too', 'many'],
        ],
      ),
    );
    expect(list.events.map(({ sourceFrames }) => sourceFrames?.first ?? null)).toEqual([
      null,
      864000,
      864000,
      864000,
    ]);
    expect(list.problems.map(({ line, code }) => [line, code])).toEqual([
      [9, 'cut-list-illegal-timecode'],
      [10, 'cut-list-duration-conflict'],
      [11, 'cut-list-cdl-invalid'],
      [12, 'cut-list-line-unreadable'],
    ]);
  });
});
