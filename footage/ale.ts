import type { Rational } from '../schemas/rational.ts';

/** An Avid Log Exchange text: a heading, the columns of the rows in order of first appearance, one line a row. */
export function makeAle(
  rate: Rational,
  heightPx: number,
  rows: readonly Readonly<Record<string, string>>[],
): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [
    'Heading',
    'FIELD_DELIM\tTABS',
    `VIDEO_FORMAT\t${heightPx === 1080 ? '1080' : 'CUSTOM'}`,
    'AUDIO_FORMAT\t48khz',
    `FPS\t${ratePerSecond(rate)}`,
    '',
    'Column',
    columns.join('\t'),
    '',
    'Data',
    ...rows.map((row) => columns.map((column) => row[column] ?? '').join('\t')),
  ];
  return `${lines.join('\n')}\n`;
}

/** `24`, `23.976`, `29.97`: a rate as log sheets write it. */
export function ratePerSecond(rate: Rational): string {
  return String(Number((rate.num / rate.den).toFixed(3)));
}
