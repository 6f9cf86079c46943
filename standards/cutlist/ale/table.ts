/** A row of an ALE: values by column name as written, and its line in the file, from 1. */
export type AleRow = { line: number; values: ReadonlyMap<string, string> };

/** An Avid Log Exchange file as its three sections. Column names keep their spelling; `cell` looks them up in any spelling. */
export type AleTable = {
  heading: ReadonlyMap<string, string>;
  columns: string[];
  rows: AleRow[];
  /** Lines that fit no section, and rows with more cells than columns. */
  odd: { line: number; text: string; why: string }[];
};

/** Whether a text begins like an ALE. */
export function looksLikeAle(text: string): boolean {
  return /^\uFEFF?\s*Heading\s*(?:\r|\n)/i.test(text) && /(?:\r|\n)\s*Column\s*(?:\r|\n)/i.test(text);
}

/**
 * Reads an ALE: `Heading`, `Column` and `Data` sections of tab-separated lines, with any line ending, with or without blank lines between,
 * short rows and repeated columns. Source: Avid Log Exchange, Avid Media Composer documentation.
 */
export function readAleTable(text: string): AleTable {
  const heading = new Map<string, string>();
  const rows: AleRow[] = [];
  const odd: AleTable['odd'] = [];
  let columns: string[] = [];
  let section: 'none' | 'heading' | 'column' | 'data' = 'none';
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .forEach((raw, index) => {
      const line = index + 1;
      const word = raw.trim().toLowerCase();
      if (word === 'heading' || word === 'column' || word === 'data') section = word;
      else if (word === '') return;
      else if (section === 'heading') addHeading(heading, raw);
      else if (section === 'column')
        columns = columns.length === 0 ? raw.split('\t').map((name) => name.trim()) : columns;
      else if (section === 'data') addRow(rows, odd, columns, raw, line);
      else odd.push({ line, text: raw, why: 'it stands before the Heading section' });
    });
  while (columns.at(-1) === '') columns.pop();
  return { heading, columns, rows, odd };
}

/** The first filled value of a row among several names of one thing; case, spaces and underscores do not count. */
export function cell(row: AleRow, ...names: string[]): string | null {
  for (const name of names) {
    for (const [column, value] of row.values) {
      if (plain(column) === plain(name) && value !== '') return value;
    }
  }
  return null;
}

function addHeading(heading: Map<string, string>, raw: string): void {
  const [name = '', ...rest] = raw.trim().split(/\t+|\s{2,}/);
  heading.set(name.toUpperCase(), rest.join(' ').trim());
}

function addRow(rows: AleRow[], odd: AleTable['odd'], columns: string[], raw: string, line: number): void {
  const cells = raw.split('\t').map((value) => value.trim());
  const values = new Map<string, string>();
  columns.forEach((column, at) => {
    if (column !== '' && (values.get(column) ?? '') === '') values.set(column, cells[at] ?? '');
  });
  if (cells.slice(columns.length).some((value) => value !== ''))
    odd.push({ line, text: raw, why: `it has ${cells.length} cells for ${columns.length} columns` });
  if ([...values.values()].some((value) => value !== '')) rows.push({ line, values });
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_]/g, '');
}
