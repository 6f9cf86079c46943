import type { Cdl, CutEvent, CutList } from '../../../schemas/cut-list.ts';

/** Reel columns of the list forms. Source: CMX 3600 (8), File 16, File 32, File 128. */
const REEL_COLUMNS = [8, 16, 32, 128] as const;

/** How a list is written. */
export type WriteOptions = {
  /** @default the narrowest form that holds every reel; a longer reel is never cut */
  reelColumns?: (typeof REEL_COLUMNS)[number];
  lineEnd?: '\n' | '\r\n';
};

/**
 * Writes a cut list as an EDL that `parseEdl` reads back as the same events. Remarks that were read and not understood are written as they
 * stood.
 */
export function writeEdl(list: CutList, options: WriteOptions = {}): string {
  const longest = Math.max(0, ...list.events.map((event) => event.reel.length));
  const columns = Math.max(
    longest,
    options.reelColumns ?? REEL_COLUMNS.find((width) => width >= longest) ?? longest,
  );
  const lines: string[] = [`TITLE: ${list.title}`];
  let mode: boolean | null = null;
  if (list.frameCodeMode != null) {
    mode = list.frameCodeMode;
    lines.push(frameCodeMode(mode));
  }
  lines.push(...(list.notes ?? []));
  list.events.forEach((event, at) => {
    if (event.frameCodeMode != null && event.frameCodeMode !== mode) {
      mode = event.frameCodeMode;
      lines.push(frameCodeMode(mode));
    }
    lines.push(...leading(event), eventLine(event, columns));
    const group = groupEnding(list.events, at);
    for (const member of group) lines.push(...remarks(member, group.length > 1));
  });
  return lines.join(options.lineEnd ?? '\n') + (options.lineEnd ?? '\n');
}

/** The lines of a transition whose remarks may now be written: all of them, after the last one. */
function groupEnding(events: readonly CutEvent[], at: number): CutEvent[] {
  const next = events[at + 1];
  if (next?.side === 'to') return [];
  let first = at;
  while (events[first]?.side === 'to' && first > 0) first--;
  return events.slice(first, at + 1);
}

function eventLine(event: CutEvent, columns: number): string {
  const { source, record, transition } = event;
  const code = transition === null ? 'C' : String(transition.code ?? transition.type);
  const duration =
    transition === null || event.kind === 'key' ? '' : String(transition.durationFrames).padStart(3, '0');
  const fields = [
    `${event.number.padStart(3, event.number === '' ? ' ' : '0')} `,
    event.reel.padEnd(columns),
    channels(event.tracks).padEnd(5),
    code.padEnd(4),
    duration.padEnd(3),
    source.in,
    source.out,
    record.in,
    record.out,
  ];
  return fields.join(' ');
}

/** Source: CMX 3600 channel shorthand; other sets are joined with a slash. */
function channels(tracks: readonly string[]): string {
  const known: Record<string, string> = {
    V: 'V',
    A1: 'A',
    'A1,A2': 'AA',
    'V,A1': 'B',
    'V,A1,A2': 'AA/V',
    'V,A2': 'A2/V',
    '': 'NONE',
  };
  return known[tracks.join()] ?? tracks.join('/');
}

/** SPLIT stands before its events, and was kept among the notes. */
function leading(event: CutEvent): string[] {
  return event.notes.filter((note) => /^SPLIT\b/i.test(note));
}

function remarks(event: CutEvent, isOfTransition: boolean): string[] {
  const lines: string[] = [];
  if (event.motion && !event.notes.some((note) => /FREEZE\s+FRAME/i.test(note) && event.motion!.at === null))
    lines.push(motion(event));
  const side = isOfTransition && event.side === 'to' ? 'TO' : 'FROM';
  if (event.clipName !== null) lines.push(`* ${side} CLIP NAME: ${event.clipName}`);
  const hasPath = event.notes.some((note) =>
    /^\*?\s*(?:OTIO REFERENCE\s+)?(?:FROM|TO)(?:\s+(?:CLIP|FILE)(?:\s+PATH)?)?\s*:/i.test(note),
  );
  if (event.sourceFile !== null && !hasPath) lines.push(`* SOURCE FILE: ${event.sourceFile}`);
  if (event.cdl) lines.push(...colour(event.cdl));
  return [...lines, ...event.notes.filter((note) => !/^SPLIT\b/i.test(note))];
}

function motion(event: CutEvent): string {
  const { framesPerSecond, at } = event.motion!;
  return `M2   ${event.reel.padEnd(8)} ${framesPerSecond.padStart(9)}${at === null ? '' : ` ${' '.repeat(15)}${at}`}`;
}

function colour(cdl: Cdl): string[] {
  const group = (values: readonly number[]) => `(${values.join(' ')})`;
  return [
    `* ASC_SOP ${group(cdl.slope)}${group(cdl.offset)}${group(cdl.power)}`,
    `* ASC_SAT ${cdl.saturation}`,
  ];
}

function frameCodeMode(dropFrame: boolean): string {
  return dropFrame ? 'FCM: DROP FRAME' : 'FCM: NON-DROP FRAME';
}
