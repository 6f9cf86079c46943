import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../standards/cutlist/decode-text.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';

const TIMES = '10:00:00:00 10:00:02:00 01:00:00:00 01:00:02:00';
const read = (...lines: string[]) => parseEdl(lines.join('\n'), { rate: rational(24) });
const eventOf = (...lines: string[]) => read(...lines).events[0]!;

describe('an event line of an older controller', () => {
  it.each([
    ['a reversed wipe', 'W001R030', 'wipe', 'W001R', 30],
    ['a wipe with a border', 'W012 M 030', 'wipe', 'W012M', 30],
    ['a wipe with a space in its code', 'W 001 015', 'wipe', 'W001', 15],
    ['a key background', 'K B', 'key', 'KB', 0],
    ['a key background that fades', 'K B  (F)', 'key', 'KB', 0],
    ['a key foreground', 'K    000', 'key', 'K', 0],
    ['a key that is taken out', 'K O', 'key', 'KO', 0],
  ])('%s', (_, code, kind, written, durationFrames) => {
    const list = read(`007   003     V     ${code}   ${TIMES}`);
    expect(list.events).toMatchObject([
      { reel: '003', kind, transition: { code: written, durationFrames }, source: { in: '10:00:00:00' } },
    ]);
    expect(list.problems.map(({ code: one }) => one)).not.toContain('cut-list-line-unreadable');
  });

  it('names its sound by the numbers of the channels alone, and is no picture', () => {
    expect(eventOf(`010 TAPE02   12    C        ${TIMES}`)).toMatchObject({
      reel: 'TAPE02',
      tracks: ['A1', 'A2'],
      class: 'audio',
    });
    expect(eventOf(`010 REEL 12  V     C        ${TIMES}`)).toMatchObject({ reel: 'REEL 12', tracks: ['V'] });
  });

  it('separates its timecodes with periods, or has a remark behind them', () => {
    const periods = TIMES.replaceAll(':', '.');
    expect(eventOf(`001  TAPE01   V     C        ${periods}`).sourceFrames).toEqual({
      first: 864000,
      last: 864047,
    });
    expect(eventOf(`001  TAPE01   V     C        ${TIMES} ; from the online`).sourceFrames).not.toBeNull();
  });
});

describe('a full tape name beside a short reel', () => {
  const FULL = 'A001C003_240101_R1AB';

  it.each([
    '* REEL NAME IS A001C003_240101_R1AB',
    '* REEL NAME: A001C003_240101_R1AB',
    '* TAPE NAME:   A001C003_240101_R1AB',
    '* TAPE: A001C003_240101_R1AB',
    'DLEDL: REEL: A001C003_240101_R1AB',
    '* REEL A001C00 IS CLIP A001C003_240101_R1AB',
    '* REEL A001C00 IS A001C003_240101_R1AB',
    '* FINAL CUT PRO REEL: A001C003_240101_R1AB REPLACED BY: A001C00',
  ])('%s', (remark) => {
    expect(eventOf(`001  A001C00  V     C        ${TIMES}`, remark).tapeName).toBe(FULL);
  });

  it('belongs to its own event where two reels were cut to the same characters', () => {
    const list = read(
      `001  A001C00  V     C        ${TIMES}`,
      '* REEL NAME: A001C003_240101_R1AB',
      `002  A001C00  V     C        ${TIMES}`,
      '* REEL NAME: A001C004_240101_R1AB',
      `003  A001C00  V     C        ${TIMES}`,
    );
    expect(list.events.map(({ tapeName }) => tapeName)).toEqual([FULL, 'A001C004_240101_R1AB', 'A001C00']);
  });
});

it('a shot may be called VFX itself', () => {
  expect(eventOf(`001  A001     V     C        ${TIMES}`, '*VFX-010').shotName).toBe('VFX-010');
  expect(eventOf(`001  A001     V     C        ${TIMES}`, '* VFX 010_0020').shotName).toBe('010_0020');
});

describe('the same list in every encoding and with every line end', () => {
  const lines = [
    'TITLE: Übergabe',
    `001  A001     V     C        ${TIMES}`,
    '* FROM CLIP NAME: Café 2.mov',
    '',
  ];
  const utf16 = (text: string, isBig: boolean) => {
    const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
    return isBig ? bytes.swap16() : bytes;
  };

  it.each([
    ['UTF-8 and LF', Buffer.from(lines.join('\n'))],
    ['UTF-8 with a byte-order mark and CRLF', Buffer.from(`\uFEFF${lines.join('\r\n')}`)],
    ['UTF-16 little-endian and CRLF', utf16(lines.join('\r\n'), false)],
    ['UTF-16 big-endian and CR', utf16(lines.join('\r'), true)],
    ['UTF-16 without a mark', utf16(lines.join('\r\n'), false).subarray(2)],
    ['Windows-1252 and CRLF', Buffer.from(lines.join('\r\n'), 'latin1')],
    ['tabs for spaces', Buffer.from(lines.join('\n').replace(/ {2,}/g, '\t'))],
    ['a DOS end of file', Buffer.from(`${lines.join('\r\n')}\x1a`)],
  ])('%s', (_, bytes) => {
    const list = parseEdl(decodeText(bytes).text, { rate: rational(24) });
    expect(list).toMatchObject({
      title: 'Übergabe',
      problems: [],
      events: [{ reel: 'A001', clipName: 'Café 2.mov', sourceFrames: { first: 864000, last: 864047 } }],
    });
  });
});
