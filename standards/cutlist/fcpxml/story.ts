import type { Rational } from '../../../schemas/rational.ts';
import { add, compare, isEqual, rational, subtract } from '../../time/rational.ts';
import type { XmlElement } from '../../xml/element-tree.ts';
import type { OtioNode } from '../otio/node.ts';
import { timeOf } from './resources.ts';

/** An element where it plays: seconds from the first frame of its sequence. `lane` 0 is the primary storyline. */
export type Placed = {
  element: XmlElement;
  lane: number;
  record: Rational;
  duration: Rational;
  /** A transition that leads into it: seconds from the sequence's first frame. */
  transition: { name: string; begin: Rational; end: Rational } | null;
};

/** What of an element the placing needs to know: where its own time begins, and how long it is. */
export type Timing = (element: XmlElement) => { start: Rational; duration: Rational };

const STORY = new Set([
  'asset-clip',
  'clip',
  'video',
  'audio',
  'ref-clip',
  'sync-clip',
  'mc-clip',
  'title',
  'gap',
]);

/**
 * Places the elements of a storyline and what is anchored to them. Source: FCPXML Reference, spine: `offset` in the time of the parent;
 * anchored elements bear a `lane`.
 * @param zero where the storyline's own time 0 lies on the record side
 */
export function placeStory(
  elements: readonly XmlElement[],
  at: { zero: Rational; begin: Rational; lane: number; isContiguous: boolean },
  timing: Timing,
): Placed[] {
  const placed: Placed[] = [];
  let cursor = at.begin;
  let transition: Placed['transition'] = null;
  for (const element of elements) {
    const offset = timeOf(element.attributes.offset);
    const told = offset === null || at.isContiguous ? null : add(at.zero, offset);
    if (element.name === 'transition') {
      const begin = told ?? subtract(cursor, half(timeOf(element.attributes.duration) ?? rational(0)));
      const end = add(begin, timeOf(element.attributes.duration) ?? rational(0));
      transition = { name: element.attributes.name ?? 'transition', begin, end };
      continue;
    }
    if (!STORY.has(element.name)) continue;
    const { start, duration } = timing(element);
    const record = told ?? cursor;
    cursor = add(record, duration);
    placed.push({ element, lane: at.lane, record, duration, transition });
    transition = null;
    placed.push(...anchored(element, subtract(record, start), timing));
  }
  return placed;
}

function anchored(parent: XmlElement, zero: Rational, timing: Timing): Placed[] {
  return parent.children.flatMap((child) => {
    const lane = Number(child.attributes.lane);
    if (child.attributes.lane === undefined || !Number.isInteger(lane)) return [];
    const begin = add(zero, timeOf(child.attributes.offset) ?? rational(0));
    const isStory = child.name === 'spine';
    return placeStory(
      isStory ? child.children : [child],
      { zero, begin, lane, isContiguous: isStory },
      timing,
    );
  });
}

/** Tracks of placed elements, lowest lane first, with gaps between them and their transitions. */
export function tracksOf(
  placed: readonly Placed[],
  rate: Rational,
  nodeOf: (one: Placed) => { node: OtioNode; kind: 'Video' | 'Audio' } | null,
): OtioNode[] {
  const lanes = new Map<
    string,
    { kind: 'Video' | 'Audio'; lane: number; items: { one: Placed; node: OtioNode }[] }
  >();
  for (const one of placed) {
    const made = one.element.name === 'gap' ? null : nodeOf(one);
    if (made === null) continue;
    const key = `${made.kind} ${one.lane}`;
    const track = lanes.get(key) ?? { kind: made.kind, lane: one.lane, items: [] };
    track.items.push({ one, node: made.node });
    lanes.set(key, track);
  }
  return [...lanes.values()]
    .sort((a, b) => a.lane - b.lane)
    .map(({ kind, items }) => {
      const children: OtioNode[] = [];
      let at = rational(0);
      let before: Placed | null = null;
      for (const { one, node } of items.sort((a, b) => compare(a.one.record, b.one.record))) {
        if (compare(one.record, at) > 0) children.push(gap(subtract(one.record, at), rate));
        const cut = one.record;
        if (one.transition && before && isEqual(add(before.record, before.duration), cut))
          children.push({
            OTIO_SCHEMA: 'Transition.1',
            name: one.transition.name,
            transition_type: /wipe/i.test(one.transition.name) ? 'wipe' : 'SMPTE_Dissolve',
            in_offset: time(subtract(cut, one.transition.begin), rate),
            out_offset: time(subtract(one.transition.end, cut), rate),
          });
        children.push(node);
        at = add(one.record, one.duration);
        before = one;
      }
      return { OTIO_SCHEMA: 'Track.1', kind, children };
    });
}

/** Seconds as OpenTimelineIO writes a time. */
export function time(seconds: Rational, rate: Rational): OtioNode {
  const value = (seconds.num * rate.num) / (seconds.den * rate.den);
  return { OTIO_SCHEMA: 'RationalTime.1', value, rate: rate.num / rate.den };
}

/** A stretch of seconds as OpenTimelineIO writes it, its start and its length each at a rate of its own. */
export function range(
  start: Rational,
  duration: Rational,
  rates: { start: Rational; duration: Rational },
): OtioNode {
  return {
    OTIO_SCHEMA: 'TimeRange.1',
    start_time: time(start, rates.start),
    duration: time(duration, rates.duration),
  };
}

function gap(duration: Rational, rate: Rational): OtioNode {
  return {
    OTIO_SCHEMA: 'Gap.1',
    source_range: range(rational(0), duration, { start: rate, duration: rate }),
  };
}

function half(value: Rational): Rational {
  return rational(value.num, value.den * 2);
}
