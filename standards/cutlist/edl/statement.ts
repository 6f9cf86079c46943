import { type EventLine, readEventLine, resemblesEvent } from './event-line.ts';
import { readPlainLine, readRemark } from './remark.ts';

/** A line of a list as what it says; `line` counts from 1. Nothing is thrown away: what is not known stays as `remark` or `unknown`. */
export type Statement = { line: number; text: string } & (
  | { kind: 'title'; title: string }
  | { kind: 'fcm'; dropFrame: boolean | null }
  | { kind: 'event'; event: EventLine }
  | { kind: 'broken-event' }
  | { kind: 'motion'; reel: string; speed: string; at: string | null }
  | { kind: 'broken-motion' }
  | { kind: 'clip-name'; side: 'from' | 'to' | 'key'; name: string }
  | { kind: 'clip-path'; side: 'from' | 'to'; path: string }
  | { kind: 'source-file'; name: string }
  | { kind: 'locator'; at: string | null; colour: string; note: string }
  | { kind: 'vfx'; note: string }
  | { kind: 'frame-count'; start: number; end: number | null; duration: number | null }
  | { kind: 'sop'; body: string }
  | { kind: 'sat'; body: string }
  | { kind: 'freeze' }
  | { kind: 'effect'; name: string }
  | { kind: 'audio'; tracks: string[] }
  | { kind: 'split'; what: string; delay: string }
  | { kind: 'tape-name'; reel: string; name: string }
  | { kind: 'remark'; note: string }
  | { kind: 'unknown' }
);

/** What a line says, without where it stands. */
export type Said = Statement extends infer S
  ? S extends Statement
    ? Omit<S, 'line' | 'text'>
    : never
  : never;

/** Control characters but the tab, and the no-break space: some exports pad with them. */
const NOT_TEXT = /(?!\t)\p{Cc}|\u00A0/gu;

/** Reads the whole text into statements: byte-order mark, CRLF, CR, form feeds and blank lines are taken in stride. */
export function readStatements(text: string): Statement[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const statements: Statement[] = [];
  lines.forEach((raw, index) => {
    const line = raw.replace(NOT_TEXT, ' ').trimEnd();
    if (line.trim() === '') return;
    const said = readStatement(line);
    statements.push({ line: index + 1, text: line.trim(), ...said } as Statement);
    if (said.kind !== 'event' || said.event.trailing === '') return;
    // A remark may stand behind its event on the same line.
    const text = said.event.trailing.startsWith('*') ? said.event.trailing : `* ${said.event.trailing}`;
    statements.push({ line: index + 1, text, ...readStatement(text) } as Statement);
  });
  return statements;
}

/** File 128 lines end near column 230; what is far longer is no line of a list, and is not searched for one. */
const LONGEST_LINE = 2000;

function readStatement(line: string): Said {
  if (line.length > LONGEST_LINE)
    return line.trimStart().startsWith('*') ? { kind: 'remark', note: line.trim() } : { kind: 'unknown' };
  const event = readEventLine(line);
  if (event) return { kind: 'event', event };
  const text = line.trim();
  if (text.startsWith('*')) {
    const note = text.replace(/^\*\s*/, '');
    return readRemark(note) ?? { kind: 'remark', note };
  }
  const plain = readPlainLine(text);
  if (plain) return plain;
  return resemblesEvent(text) ? { kind: 'broken-event' } : (readRemark(text) ?? { kind: 'unknown' });
}
