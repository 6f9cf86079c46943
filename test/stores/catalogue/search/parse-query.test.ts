import { describe, expect, test } from 'vitest';
import { QUERY_KEYS } from '../../../../schemas/clip-query.ts';
import { parseQuery } from '../../../../stores/catalogue/search/parse-query.ts';

const wanted = (text: string) => parseQuery(text).terms.map((term) => term.wanted);
const sentence = (text: string): string => {
  try {
    parseQuery(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'understood';
};

test('the example of every key is understood', () => {
  for (const { example } of Object.values(QUERY_KEYS)) expect(sentence(example), example).toBe('understood');
});

test('the query of the handbook is read term by term', () => {
  const query = parseQuery(
    'reel:A001 tc:10:01:05:00-10:02:00:00 camera:venice fps:24 "free text" missing:lens day:20260930 size:4096x2160 codec:prores scene:12 take:3',
  );
  expect(query.terms.map((term) => term.wanted.kind)).toEqual([
    'name',
    'timecode',
    'words',
    'rate',
    'words',
    'name',
    'days',
    'name',
    'words',
    'name',
    'name',
  ]);
  expect(query.terms.every((term) => !term.isNegated)).toBe(true);
  expect(query.terms[4]).toEqual({
    wanted: { kind: 'words', key: 'text', words: ['free', 'text'], isPrefix: false },
    isNegated: false,
    typed: '"free text"',
  });
});

describe('rates', () => {
  test.each([
    ['23.976', 24000, 1001],
    ['23.98', 24000, 1001],
    ['24', 24, 1],
    ['24000/1001', 24000, 1001],
    ['29.97', 30000, 1001],
    ['59.94', 60000, 1001],
    ['48', 48, 1],
  ])('fps:%s is %i/%i', (text, num, den) => {
    expect(wanted(`fps:${text}`)).toEqual([{ kind: 'rate', rate: { num, den } }]);
  });
});

describe('timecode', () => {
  test('an hour, a minute, a second and a frame may stand alone', () => {
    expect(wanted('tc:10').concat(wanted('tc:10:01:05;12'))).toEqual([
      { kind: 'timecode', from: { hours: 10, minutes: 0, seconds: 0, frames: 0, parts: 1 }, to: null },
      { kind: 'timecode', from: { hours: 10, minutes: 1, seconds: 5, frames: 12, parts: 4 }, to: null },
    ]);
  });

  test('24:00:00:00 is the end of the day', () => {
    expect(wanted('tc:23:00-24:00')).toMatchObject([{ to: { hours: 0, minutes: 0 } }]);
  });
});

test('quotes make a name exact, a star makes it a beginning, a minus turns it round', () => {
  expect(wanted('reel:A001 reel:"A001" scene:12 scene:12* -clip:X')).toEqual([
    { kind: 'name', key: 'reel', value: 'A001', isPrefix: true },
    { kind: 'name', key: 'reel', value: 'A001', isPrefix: false },
    { kind: 'name', key: 'scene', value: '12', isPrefix: false },
    { kind: 'name', key: 'scene', value: '12', isPrefix: true },
    { kind: 'name', key: 'clip', value: 'X', isPrefix: true },
  ]);
  expect(parseQuery('-clip:X').terms[0]?.isNegated).toBe(true);
});

test('keys are taken in any capitals, values keep theirs', () => {
  expect(wanted('REEL:a001')).toEqual([{ kind: 'name', key: 'reel', value: 'a001', isPrefix: true }]);
});

test('an empty query asks for everything', () => {
  expect(parseQuery('  ').terms).toEqual([]);
});

test.each([
  ['colour:red', ['colour', 'the keys are', 'reel']],
  ['reel:', ['no value', 'reel:A001']],
  ['fps:fast', ['“fast” is no frame rate', 'fps:23.976']],
  ['size:big', ['no picture size', '4096x2160']],
  ['tc:25:00', ['hours end at 23']],
  ['tc:10:61', ['end at 59']],
  ['tc:10:00:00:130', ['no rate has 130 frames']],
  ['tc:10:00-11:00-12:00', ['more than one hyphen']],
  ['tc:10:00-10:00:00', ['its end is its beginning']],
  ['tc:noon', ['“noon” is no timecode']],
  ['day:20260931', ['no day']],
  ['day:20261001-20260930', ['before its first', 'day:20260930-20261001']],
  ['missing:soul', ['“soul” is no field', 'missing:lens']],
  ['"never closed', ['quotation mark']],
  ['reel:A*1', ['* may only stand at the end']],
  ['reel:*', ['finds everything']],
  ['is:nice', ['is:proxy or is:original']],
  ['---', ['no letter and no digit']],
])('%s is refused with a sentence that says what would be right', (text, parts) => {
  for (const part of parts) expect(sentence(text)).toContain(part);
  expect(sentence(text)).toContain(`“${text}”`);
});
