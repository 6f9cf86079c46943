/** Digits 0..9 as five columns by seven rows; each number is a row, most significant of five bits at the left. Drawn for this project. */
const GLYPHS: readonly (readonly number[])[] = [
  [14, 17, 19, 21, 25, 17, 14],
  [4, 12, 4, 4, 4, 4, 14],
  [14, 17, 1, 2, 4, 8, 31],
  [31, 2, 4, 2, 1, 17, 14],
  [2, 6, 10, 18, 31, 2, 2],
  [31, 16, 30, 1, 1, 17, 14],
  [6, 8, 16, 30, 17, 17, 14],
  [31, 1, 2, 4, 8, 8, 8],
  [14, 17, 17, 14, 17, 17, 14],
  [14, 17, 17, 15, 1, 2, 12],
];
const COLUMNS = 5;
const ROWS = 7;

/** Width and height of a run of digits in dots, with one dot between digits. */
export function digitsSize(text: string): { columns: number; rows: number } {
  return { columns: text.length * (COLUMNS + 1) - 1, rows: ROWS };
}

/** Calls `dot` for each set dot of `text`, which has only the digits 0..9. */
export function drawDigits(text: string, dot: (column: number, row: number) => void): void {
  for (const [place, digit] of text.split('').entries())
    for (const [row, bits] of GLYPHS[Number(digit)]!.entries())
      for (let column = 0; column < COLUMNS; column++)
        if (bits & (1 << (COLUMNS - 1 - column))) dot(place * (COLUMNS + 1) + column, row);
}
