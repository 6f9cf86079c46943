import type { CutEvent } from '../../schemas/cut-list.ts';

/**
 * Record frames that transitions need behind an event: during a dissolve or wipe the outgoing source runs on. The need lies with the
 * event that ends where the transition begins, or with the empty outgoing line when no event leads to it. By event index.
 */
export function outgoingNeeds(events: readonly CutEvent[]): Map<number, number> {
  const needs = new Map<number, number>();
  events.forEach((event, at) => {
    const from = event.transition?.from;
    if (!event.transition || !from || event.transition.durationFrames === 0 || event.class === 'audio')
      return;
    const outgoing = outgoingEvent(events, at, from.reel);
    if (outgoing)
      needs.set(outgoing.index, Math.max(needs.get(outgoing.index) ?? 0, event.transition.durationFrames));
  });
  return needs;
}

/** How far back the outgoing event may stand: lists sorted by record keep it close, other tracks lie between. */
const LOOK_BACK = 24;

function outgoingEvent(events: readonly CutEvent[], at: number, reel: string): CutEvent | null {
  const incoming = events[at]!;
  const emptyLine = events[at - 1];
  for (let back = at - 1; back >= Math.max(0, at - LOOK_BACK); back--) {
    const event = events[back]!;
    const endsHere = event.record.out === incoming.record.in && event.record.in !== event.record.out;
    if (
      endsHere &&
      event.reel.toUpperCase() === reel.toUpperCase() &&
      event.tracks.some((track) => incoming.tracks.includes(track))
    )
      return event;
  }
  const isOutgoingLine =
    emptyLine?.number === incoming.number && emptyLine.reel === reel && emptyLine.class !== 'black';
  return isOutgoingLine ? emptyLine : null;
}
