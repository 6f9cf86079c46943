import type { Rational } from '../../../schemas/rational.ts';
import { add, compare, divide, isEqual, multiply, subtract } from '../../time/rational.ts';
import type { XmlElement } from '../../xml/element-tree.ts';
import type { OtioNode } from '../otio/node.ts';
import { timeOf } from './resources.ts';

/** What a clip shows of its own time, in seconds, and the effect that says so in OpenTimelineIO's words. */
export type Mapped = { start: Rational; effects: OtioNode[] };

type Point = { at: Rational; value: Rational };

/**
 * Reads the retime of a clip: points of its time as it plays and of its time as it was. Source: FCPXML Reference, timeMap and timept.
 * @param shown where it plays in its own time as it plays, and for how long, in seconds
 * @param rates of the timeline, in which a curve counts what plays, and of the source
 */
export function readTimeMap(
  clip: XmlElement,
  shown: { start: Rational; duration: Rational },
  rates: { record: Rational; source: Rational },
): Mapped {
  const map = clip.children.find(({ name }) => name === 'timeMap');
  const points = (map?.children ?? []).flatMap(({ name, attributes }): Point[] => {
    const [at, value] = [timeOf(attributes.time), timeOf(attributes.value)];
    return name === 'timept' && at !== null && value !== null ? [{ at, value }] : [];
  });
  points.sort((a, b) => compare(a.at, b.at));
  if (points.length < 2) return { start: shown.start, effects: [] };
  const end = add(shown.start, shown.duration);
  const within = points.filter(({ at }) => compare(at, shown.start) > 0 && compare(at, end) < 0);
  const used = [
    { at: shown.start, value: valueAt(points, shown.start) },
    ...within,
    { at: end, value: valueAt(points, end) },
  ];
  const slopes = used.slice(1).map((point, at) => slope(used[at]!, point));
  const lowest = used.map(({ value }) => value).reduce((a, b) => (compare(b, a) < 0 ? b : a));
  const [speed] = slopes;
  if (speed && slopes.every((one) => isEqual(one, speed)))
    return { start: lowest, effects: [constant(speed)] };
  const isStraight = (map?.children ?? []).every(({ attributes }) => attributes.interp === 'linear');
  const graph = used.map(({ at, value }) => [
    toNumber(multiply(subtract(at, shown.start), rates.record)),
    toNumber(multiply(subtract(value, lowest), rates.source)),
  ]);
  return {
    start: lowest,
    effects: [
      {
        OTIO_SCHEMA: 'TimeEffect.1',
        name: 'timeMap',
        effect_name: 'time map',
        metadata: { fcpxml: { points: graph, interpolation: isStraight ? 'linear' : 'smooth' } },
      },
    ],
  };
}

function constant(speed: Rational): OtioNode {
  return speed.num === 0
    ? { OTIO_SCHEMA: 'FreezeFrame.1' }
    : { OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: toNumber(speed) };
}

function slope(a: Point, b: Point): Rational {
  return divide(subtract(b.value, a.value), subtract(b.at, a.at));
}

/** Between points straight; before the first and behind the last as between its two nearest. */
function valueAt(points: Point[], at: Rational): Rational {
  const next = points.findIndex((point) => compare(point.at, at) >= 0);
  const index = next < 0 ? points.length - 1 : Math.max(1, next);
  const [a, b] = [points[index - 1]!, points[index]!];
  if (isEqual(a.at, b.at)) return b.value;
  return add(a.value, multiply(subtract(at, a.at), slope(a, b)));
}

function toNumber(value: Rational): number {
  return value.num / value.den;
}
