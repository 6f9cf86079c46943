import type { CutEvent } from '../../schemas/cut-list.ts';

/** Where an event stands, for the subject of a finding: its line, and its list where a turnover has several. */
export function placeOf(event: CutEvent): { line?: number; path?: string } {
  return {
    ...(event.line === undefined ? {} : { line: event.line }),
    ...(event.list === undefined ? {} : { path: event.list }),
  };
}
