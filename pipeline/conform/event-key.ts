import type { CutEvent } from '../../schemas/cut-list.ts';

/** People's answers: clip id by event key. Made once, they hold for every later list of the production. */
export type Decisions = Readonly<Record<string, string>>;

/** What identifies a use across lists: how the list calls the source, and its range. The key under which an answer is kept. */
export function eventKey(event: CutEvent): string {
  return `${sourceKey(event)}@${event.source.in}-${event.source.out}`;
}

/** What identifies a source across lists: reel, file and clip name as the list calls them. */
export function sourceKey(event: CutEvent): string {
  return [event.reel, event.sourceFile ?? '', event.clipName ?? '']
    .map((name) => name.trim().toUpperCase())
    .join('|');
}

/** Answers by event and, as rules, by source: a rule may hold several clips when people answered differently for different ranges. */
export type Rules = { byEvent: Decisions; bySource: ReadonlyMap<string, ReadonlySet<string>> };

/** Makes rules of answers, once per list. */
export function rulesFrom(decisions: Decisions): Rules {
  const bySource = new Map<string, Set<string>>();
  for (const [key, clipId] of Object.entries(decisions)) {
    const source = key.replace(/@[^@]*$/, '');
    const clips = bySource.get(source) ?? new Set();
    bySource.set(source, clips.add(clipId));
  }
  return { byEvent: decisions, bySource };
}
