import type { CutEvent, CutList } from '../../schemas/cut-list.ts';
import type { EventMatch } from '../../schemas/turnover.ts';

/** One of the lists of a turnover, read and matched by itself. */
export type Layer = { fileName: string; list: CutList; matches: EventMatch[] };

/**
 * Joins the lists of a turnover into one, from the lowest layer up: an EDL holds one picture track, so a stacked sequence comes as V1.edl,
 * V2.edl. The picture tracks of each list lie above those of the lists before it; events keep the rate and the name of their own list.
 * @param layers at least one; a single list stays as it is
 */
export function stackLayers(layers: readonly Layer[]): { list: CutList; matches: EventMatch[] } {
  const [first, ...further] = layers;
  if (!first) throw new Error('a turnover without a list');
  if (further.length === 0) return { list: first.list, matches: first.matches };
  const events: CutEvent[] = [];
  const matches: EventMatch[] = [];
  const problems: CutList['problems'] = [];
  let tracksBelow = 0;
  for (const { fileName, list, matches: own } of layers) {
    const base = events.length;
    events.push(...list.events.map((event) => lifted(event, { fileName, list, base, tracksBelow })));
    matches.push(...own.map((match) => ({ ...match, eventIndex: match.eventIndex + base })));
    problems.push(...list.problems.map((problem) => ({ ...problem, list: fileName })));
    tracksBelow += Math.max(1, ...list.events.flatMap(({ tracks }) => tracks.map(pictureTrack)));
  }
  return { list: { ...first.list, events, problems }, matches };
}

function lifted(
  event: CutEvent,
  at: { fileName: string; list: CutList; base: number; tracksBelow: number },
): CutEvent {
  const from = event.transition?.from;
  return {
    ...event,
    index: event.index + at.base,
    tracks: event.tracks.map((track) => trackAbove(track, at.tracksBelow)),
    list: at.fileName,
    ...(at.list.rate == null ? {} : { recordRate: at.list.rate }),
    transition:
      event.transition && from && typeof from.index === 'number'
        ? { ...event.transition, from: { ...from, index: from.index + at.base } }
        : event.transition,
  };
}

/** 1 for `V`, 2 for `V2`; 0 for sound. */
function pictureTrack(track: string): number {
  const number = /^V(\d*)$/.exec(track)?.[1];
  return number === undefined ? 0 : Number(number || '1');
}

function trackAbove(track: string, below: number): string {
  const number = pictureTrack(track);
  if (number === 0 || below === 0) return track;
  return `V${number + below}`;
}
