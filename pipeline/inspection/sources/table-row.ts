import type { Table } from '../../../engine/open/inspect/sidecars/delimited.ts';

/** The first row of a table by column name. Of columns with one name the first that is not empty counts. */
export type TableRow = {
  rowCount: number;
  text: (column: string) => string | undefined;
  last: (column: string) => string | undefined;
  /** A number that runs through all rows: the one value, or the range it moves in. */
  range: (
    column: string,
    convert?: (value: number) => number,
  ) => number | { min: number; max: number } | null;
};

export function tableRow(table: Table): TableRow {
  const places = (column: string) => table.columns.flatMap((name, i) => (name === column ? [i] : []));
  const hasCommas = hasDecimalCommas(table);
  const cell = (row: string[], column: string) => {
    const text = places(column)
      .map((i) => row[i])
      .find((value) => value !== undefined && value !== '');
    return hasCommas && text !== undefined ? text.replace(/^(-?\d+),(\d+)$/, '$1.$2') : text;
  };
  return {
    rowCount: table.rowCount,
    text: (column) => cell(table.first, column),
    last: (column) => cell(table.last, column),
    range(column, convert = (v) => v) {
      const range = places(column)
        .map((i) => table.ranges[i])
        .find((r) => r !== undefined);
      if (!range) return null;
      const [a, b] = [convert(range[0]), convert(range[1])];
      return a === b ? a : { min: Math.min(a, b), max: Math.max(a, b) };
    },
  };
}

/**
 * Whether the program wrote decimal commas, as some do by the system's language: `180,0` is no group of thousands. One such
 * cell may be a list; several are the way of this table.
 */
function hasDecimalCommas({ first, last }: Table): boolean {
  return [...first, ...last].filter((cell) => /^-?\d+,(\d{1,2}|\d{4,})$/.test(cell)).length >= 3;
}
