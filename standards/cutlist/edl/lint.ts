import type { Rational } from '../../../schemas/rational.ts';
import { nominalBase } from '../../time/frame-rate.ts';
import { type Problem, problem } from '../problem.ts';
import type { ReadEvent } from './event.ts';

/** Problems that only show when events are seen beside each other, or that the single line does not raise. */
export function lintEvents(events: ReadEvent[], rate: Rational): Problem[] {
  return [
    ...truncatedReels(events),
    ...missingReels(events),
    ...overlaps(events, rate),
    ...repeatedNumbers(events),
  ];
}

/** A reel that fills its eight characters and is the head of a longer name in the remarks was cut. */
function truncatedReels(events: ReadEvent[]): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const event of events) {
    if (event.class !== 'picture' || event.tapeName !== event.reel || seen.has(event.reel)) continue;
    const full = [event.sourceFile, event.clipName].find(
      (name) => name != null && isCutFrom(event.reel, name),
    );
    if (full === undefined && !(event.reel.length === 8 && /^[A-Z]\d{3}C\d{3}$/i.test(event.reel))) continue;
    seen.add(event.reel);
    problems.push(
      problem(
        'cut-list-reel-truncated',
        { line: event.line, event: event.number },
        {
          what: `reel "${event.reel}" looks cut to ${event.reel.length} characters${full ? `; the remarks say "${full}"` : ''}.`,
          why: full
            ? 'The full name is used to find the clip.'
            : 'Several clips can begin alike, so timecode must decide.',
          fix: 'Export as File 32 or File 129, or with source file names in the remarks.',
        },
        { reel: event.reel, fullName: full ?? null },
      ),
    );
  }
  return problems;
}

/** Whether a reel is the head of a longer name: only reels that fill the 8, 16 or 32 columns of a list form can have been cut. */
export function isCutFrom(reel: string, name: string): boolean {
  const plain = (text: string) => text.toUpperCase().replace(/[\s_]/g, '_');
  return (
    [8, 16, 32].includes(reel.length) && name.length > reel.length && plain(name).startsWith(plain(reel))
  );
}

function missingReels(events: ReadEvent[]): Problem[] {
  return events
    .filter((event) => event.reel === '' && event.class === 'picture')
    .map((event) =>
      problem(
        'cut-list-reel-missing',
        { line: event.line, event: event.number },
        {
          what: 'the event has no reel name.',
          why: 'Only the remarks and the timecode can find its clip.',
          fix: 'Set the reel (or tape) of the clip in the editing system and export again.',
        },
      ),
    );
}

/** Two events of one track that claim the same record time: the list cannot play, one of them is meant for another track. */
function overlaps(events: ReadEvent[], rate: Rational): Problem[] {
  const problems: Problem[] = [];
  const ends = new Map<string, { end: number; event: ReadEvent }>();
  const ordered = events
    .filter((event) => event.recordFrames !== null && event.recordFrames.duration > 0)
    .sort((a, b) => a.recordFrames!.in - b.recordFrames!.in || a.index - b.index);
  for (const event of ordered) {
    const { in: start, duration } = event.recordFrames!;
    for (const track of event.tracks.filter((name) => name.startsWith('V'))) {
      const before = ends.get(track);
      if (before && start < before.end && event.kind !== 'key') {
        problems.push(
          problem(
            'cut-list-record-overlap',
            { line: event.line, event: event.number },
            {
              what: `record time overlaps event ${before.event.number} (line ${before.event.line}) by ${before.end - start} frames on track ${track}.`,
              why: 'Both are read; they may be stacked plates of one shot, or the list was sorted by source.',
              fix: 'Export one list per track, or name both plates with the same shot.',
            },
            { other: before.event.index, overlapFrames: before.end - start, base: nominalBase(rate) },
          ),
        );
      }
      if (!before || start + duration > before.end) ends.set(track, { end: start + duration, event });
    }
  }
  return problems;
}

/** Numbers repeat when a list was joined from several or passes 999 in a three-digit form; the order of lines is then what counts. */
function repeatedNumbers(events: ReadEvent[]): Problem[] {
  const lines = new Map<string, number>();
  for (const event of events) {
    if (event.number === '') continue;
    const before = lines.get(event.number);
    const followsItself = events[event.index - 1]?.number === event.number;
    if (before !== undefined && !followsItself) {
      return [
        problem(
          'cut-list-event-number',
          { line: event.line, event: event.number },
          {
            what: `event number ${event.number} was used before, in line ${before}.`,
            why: 'Events are told apart by their place in the list, so nothing is lost.',
            fix: 'Renumber the list when people will speak of its events by number.',
          },
          { earlierLine: before },
        ),
      ];
    }
    lines.set(event.number, event.line);
  }
  return [];
}
