import { parseRows } from './delimited.ts';

/** An Avid Log Exchange file. Rows may be shorter than the columns; cells keep their text. */
export type AleFacts = { heading: Record<string, string>; columns: string[]; rows: string[][] };

const MOST_ROWS = 100_000;

/** Reads an ALE; null when the text is none. Source: Avid Media Composer "Avid Log Specifications" (Heading, Column, Data). */
export function readAle(text: string): AleFacts | null {
  const lines = text.split(/\r\n|\n|\r/);
  const at = (word: string) => lines.findIndex((line) => line.trim().toLowerCase() === word);
  const [heading, column, data] = [at('heading'), at('column'), at('data')];
  if (heading < 0 || column < heading || data < column) return null;
  const headings = lines
    .slice(heading + 1, column)
    .map((line) => line.split('\t'))
    .filter((parts) => parts.length >= 2 && parts[0] !== '');
  const columnLine = lines.slice(column + 1, data).find((line) => line.trim() !== '');
  if (columnLine === undefined) return null;
  const rows =
    parseRows(
      lines
        .slice(data + 1)
        .filter((line) => line.trim() !== '')
        .slice(0, MOST_ROWS)
        .join('\n'),
      '\t',
    ) ?? [];
  return {
    heading: Object.fromEntries(headings.map(([key, value]) => [key!, value!.trim()])),
    columns: columnLine.split('\t').map((c) => c.trim()),
    rows: rows.map((row) => row.map((cell) => cell.trim())),
  };
}
