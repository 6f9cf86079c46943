import type { Rational } from '../../../schemas/rational.ts';
import { absolute, add, compare, divide, multiply, rational, subtract } from '../../time/rational.ts';
import { effectsOf, readTimeEffects } from './effects.ts';
import {
  nodeAt,
  nodesAt,
  type OtioNode,
  type OtioRange,
  rangeAt,
  schemaOf,
  secondsOf,
  timeAt,
} from './node.ts';

/** A clip where it plays, in seconds of the timeline from its first frame; `skipped` is what an outer trim cut off its head. */
export type PlacedClip = {
  clip: OtioNode;
  track: { kind: 'video' | 'audio'; number: number };
  start: Rational;
  end: Rational;
  skipped: Rational;
  /** The transition that leads into it, with what lies before the cut and behind. */
  transition: { node: OtioNode; before: Rational; after: Rational } | null;
  /** Its own effects and those of the compositions around it. */
  effects: OtioNode[];
  /** A gap: only kept where a transition leads into it (a fade out). */
  isGap: boolean;
};

/**
 * What of a composition is shown: inner seconds from start to end, and where it begins outside. `pace` is inner seconds per second of the
 * timeline, `ownPace` what the composition's own effects add to it: its range lasts as long outside as it says.
 */
type Window = {
  start: Rational;
  end: Rational | null;
  offset: Rational;
  pace: Rational;
  ownPace: Rational;
  effects: OtioNode[];
};

/** Every clip of a timeline in order of track and time, through nested stacks and tracks; each with its place on the record side. */
export function flatten(timeline: OtioNode): PlacedClip[] {
  const placed: PlacedClip[] = [];
  const counts = { video: 0, audio: 0 };
  const root = nodeAt(timeline, 'tracks') ?? timeline;
  const tracks = schemaOf(root) === 'Track' ? [root] : nodesAt(root, 'children');
  for (const track of tracks) {
    const kind = track.kind === 'Audio' ? 'audio' : 'video';
    counts[kind] += 1;
    walk(
      track,
      { kind, number: counts[kind] },
      {
        start: rational(0),
        end: null,
        offset: rational(0),
        pace: rational(1),
        ownPace: rational(1),
        effects: [],
      },
      placed,
    );
  }
  return placed;
}

/** Length of an item in seconds: its own range, else its media's, else the sum (track) or the longest (stack) of its parts. */
export function lengthOf(item: OtioNode): Rational {
  const range = rangeOf(item);
  if (range) return secondsOf(range.duration);
  const children = nodesAt(item, 'children')
    .filter((child) => schemaOf(child) !== 'Transition')
    .map(lengthOf);
  if (schemaOf(item) === 'Stack')
    return children.reduce(
      (longest, length) => (compare(length, longest) > 0 ? length : longest),
      rational(0),
    );
  return children.reduce(add, rational(0));
}

/** The source range of a clip: its own, else that of its media. */
export function rangeOf(item: OtioNode): OtioRange | null {
  return rangeAt(item, 'source_range') ?? rangeAt(mediaOf(item), 'available_range');
}

/** The active media of a clip. Source: OTIO_SCHEMA Clip.1 (media_reference) and Clip.2 (media_references). */
export function mediaOf(clip: OtioNode): OtioNode | null {
  const key =
    typeof clip.active_media_reference_key === 'string' ? clip.active_media_reference_key : 'DEFAULT_MEDIA';
  return nodeAt(clip, 'media_references', key) ?? nodeAt(clip, 'media_reference');
}

/** Places the parts of a track or stack that a window shows. A negative start (the EDL adapter writes it) is a record offset, no trim. */
function walk(item: OtioNode, track: PlacedClip['track'], outer: Window, placed: PlacedClip[]): void {
  const own = rangeAt(item, 'source_range');
  const start = own ? secondsOf(own.start) : rational(0);
  const window: Window =
    start.num < 0
      ? { ...outer, start: rational(0), end: null, offset: subtract(outer.offset, start) }
      : { ...outer, start: add(start, outer.start), end: endOf(own, start, outer) };
  const isStack = schemaOf(item) === 'Stack';
  let at = rational(0);
  let leading: PlacedClip['transition'] = null;
  for (const child of nodesAt(item, 'children')) {
    if (schemaOf(child) === 'Transition') {
      leading = { node: child, before: secondsAt(child, 'in_offset'), after: secondsAt(child, 'out_offset') };
      continue;
    }
    const begin = isStack ? rational(0) : at;
    const end = add(begin, lengthOf(child));
    if (child.enabled !== false) place(child, { begin, end, leading }, track, window, placed);
    leading = null;
    at = end;
  }
}

type Span = { begin: Rational; end: Rational; leading: PlacedClip['transition'] };

function place(
  child: OtioNode,
  span: Span,
  track: PlacedClip['track'],
  window: Window,
  placed: PlacedClip[],
): void {
  const from = compare(span.begin, window.start) < 0 ? window.start : span.begin;
  const until = window.end !== null && compare(span.end, window.end) > 0 ? window.end : span.end;
  if (compare(from, until) >= 0) return;
  const start = add(window.offset, divide(subtract(from, window.start), window.pace));
  const length = subtract(until, from);
  const skipped = subtract(from, span.begin);
  const effects = [...window.effects, ...effectsOf(child)];
  if (schemaOf(child) === 'Stack' || schemaOf(child) === 'Track') {
    const pace = paceOf(child);
    const inner = multiply(length, pace);
    walk(
      child,
      track,
      {
        start: multiply(skipped, pace),
        end: add(multiply(skipped, pace), inner),
        offset: start,
        pace: multiply(window.pace, pace),
        ownPace: pace,
        effects,
      },
      placed,
    );
    return;
  }
  const isGap = schemaOf(child) === 'Gap';
  if (isGap && span.leading === null) return;
  placed.push({
    clip: child,
    track,
    start,
    end: add(start, divide(length, window.pace)),
    skipped,
    transition: span.leading,
    effects,
    isGap,
  });
}

/** Inner seconds per second of a retimed composition; 1 where its speed is none, zero or no constant. */
function paceOf(item: OtioNode): Rational {
  const { speed, ramps } = readTimeEffects(effectsOf(item));
  return speed === null || speed.num === 0 || ramps.length > 0 ? rational(1) : absolute(speed);
}

function endOf(own: OtioRange | null, start: Rational, outer: Window): Rational | null {
  const ownEnd = own ? add(start, multiply(secondsOf(own.duration), outer.ownPace)) : null;
  const outerEnd = outer.end === null ? null : add(start, outer.end);
  if (ownEnd === null || outerEnd === null) return ownEnd ?? outerEnd;
  return compare(ownEnd, outerEnd) < 0 ? ownEnd : outerEnd;
}

function secondsAt(node: OtioNode, key: string): Rational {
  const time = timeAt(node, key);
  return time ? secondsOf(time) : rational(0);
}
