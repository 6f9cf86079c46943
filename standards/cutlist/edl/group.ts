import type { EventLine } from './event-line.ts';
import type { Statement } from './statement.ts';

/** One event line with what belongs to it. `side` tells the two lines of a transition apart. */
export type GroupedEvent = {
  line: number;
  text: string;
  event: EventLine;
  side: 'single' | 'from' | 'to';
  /** Frame code mode in force at the line: null when the list never told. */
  dropFrame: boolean | null;
};

/** Event lines that make one edit (two for a transition, more for a key) and every statement that speaks about them. */
export type EventGroup = { lines: GroupedEvent[]; said: { statement: Statement; afterLine: number }[] };

/** What a list says before, between and about its events. */
export type GroupedList = {
  title: string;
  /** Frame code mode of the record side: the first one told before an event. */
  recordDropFrame: boolean | null;
  groups: EventGroup[];
  heading: Statement[];
};

const ABOUT_AN_EVENT = new Set([
  'motion',
  'clip-name',
  'clip-path',
  'source-file',
  'locator',
  'vfx',
  'frame-count',
  'sop',
  'sat',
  'freeze',
]);

/**
 * Sorts statements to the events they speak about. Remarks follow their event; in lists where they stand before it (the first event
 * has some before it and the last one none behind it), they go to the event that follows.
 */
export function groupEvents(statements: Statement[]): GroupedList {
  const list: GroupedList = { title: '', recordDropFrame: null, groups: [], heading: [] };
  const remarksLead = remarksPrecede(statements);
  let dropFrame: boolean | null = null;
  let waiting: Statement[] = [];
  let titled = false;
  for (const statement of statements) {
    if (statement.kind === 'title' && !titled) {
      list.title = statement.title;
      titled = true;
    } else if (statement.kind === 'fcm') {
      dropFrame = statement.dropFrame ?? dropFrame;
      if (list.groups.length === 0) list.recordDropFrame = dropFrame;
    } else if (statement.kind === 'event') {
      const group = place(list.groups, {
        line: statement.line,
        text: statement.text,
        event: statement.event,
        side: 'single',
        dropFrame,
      });
      group.said.push(
        ...waiting.map((earlier) => ({ statement: earlier, afterLine: group.lines.length - 1 })),
      );
      waiting = [];
    } else if (remarksLead || statement.kind === 'split') {
      waiting.push(statement);
    } else {
      const group = list.groups.at(-1);
      if (group) group.said.push({ statement, afterLine: group.lines.length - 1 });
      else list.heading.push(statement);
    }
  }
  const last = list.groups.at(-1);
  for (const statement of waiting) {
    if (last) last.said.push({ statement, afterLine: last.lines.length - 1 });
    else list.heading.push(statement);
  }
  return list;
}

/** Puts an event line into the group of its transition, or opens a new group. */
function place(groups: EventGroup[], line: GroupedEvent): EventGroup {
  const group = groups.at(-1);
  const before = group?.lines.at(-1);
  if (group && before && joins(before, line, group.lines.length)) {
    before.side = before.side === 'single' ? 'from' : before.side;
    group.lines.push({ ...line, side: 'to' });
    return group;
  }
  const opened: EventGroup = { lines: [line], said: [] };
  groups.push(opened);
  return opened;
}

/**
 * A transition line continues the line before when both bear one number and share a track. Lists whose numbers restart or are
 * missing are told apart by the record side: the outgoing line ends where the transition begins.
 */
function joins(before: GroupedEvent, line: GroupedEvent, linesInGroup: number): boolean {
  const { event } = line;
  if (event.transition.kind === 'cut' || before.event.number !== event.number) return false;
  if (event.transition.kind === 'key') return before.event.transition.kind !== 'dissolve' && linesInGroup < 3;
  if (before.event.transition.kind !== 'cut' || linesInGroup > 1) return false;
  return event.number !== '' || before.event.recordOut === event.recordIn;
}

function remarksPrecede(statements: Statement[]): boolean {
  const first = statements.findIndex((statement) => statement.kind === 'event');
  const last = statements.findLastIndex((statement) => statement.kind === 'event');
  if (first < 0) return false;
  const speaks = (statement: Statement) => ABOUT_AN_EVENT.has(statement.kind);
  return statements.slice(0, first).some(speaks) && !statements.slice(last).some(speaks);
}
