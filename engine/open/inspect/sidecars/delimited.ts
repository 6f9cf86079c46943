import { parse } from 'csv-parse/sync';

/** A table with its header; columns may share a name, so cells stay in order. Long tables keep what the summary needs. */
export type Table = {
  columns: string[];
  rowCount: number;
  first: string[];
  last: string[];
  /** Smallest and largest number of each column that is numeric throughout, by column index. */
  ranges: Record<number, [min: number, max: number]>;
};

/** What stands between cells; the semicolon where a system writes decimal commas. */
export type Delimiter = ',' | ';' | '\t';

/** Reads a delimited table with a header line; null when it has no rows. Quotes are honoured, ragged rows are filled. */
export function readTable(text: string, delimiter: Delimiter): Table | null {
  const rows = parseRows(text, delimiter);
  const columns = rows?.[0]?.map((c) => c.trim());
  if (!rows || !columns || rows.length < 2) return null;
  const data = rows.slice(1).filter((row) => row.some((cell) => cell.trim() !== ''));
  const first = data[0];
  const last = data.at(-1);
  if (!first || !last) return null;
  const ranges: Table['ranges'] = {};
  for (let i = 0; i < columns.length; i++) {
    const range = numericRange(data, i);
    if (range) ranges[i] = range;
  }
  return {
    columns,
    rowCount: data.length,
    first: first.map((c) => c.trim()),
    last: last.map((c) => c.trim()),
    ranges,
  };
}

/** Cells of the table, by row; null when the text is no table. */
export function parseRows(text: string, delimiter: Delimiter): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      bom: true,
      quote: delimiter === '\t' ? null : '"',
    });
  } catch {
    return null;
  }
}

function numericRange(rows: string[][], column: number): [number, number] | null {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    const cell = row[column]?.trim() ?? '';
    const value = Number(cell);
    if (cell === '' || !Number.isFinite(value)) return null;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return [min, max];
}
