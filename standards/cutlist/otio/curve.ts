import type { RetimeCurve } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { add, ceil, compare, divide, floor, multiply, rational, subtract } from '../../time/rational.ts';
import { fromFloat, nodeAt, nodesAt, type OtioNode } from './node.ts';

/**
 * The graph of a time effect as its system wrote it. `clip`: time and value count from where the use begins; `media`: both count from the
 * media's first frame, and the use begins at its in point of that time.
 */
export type EffectGraph = {
  origin: 'clip' | 'media';
  interpolation: string;
  points: { at: Rational; value: Rational }[];
};

/** What a use shows by its graph: the frames it can reach, and the graph over the use. */
export type RampedUse = { first: number; last: number; curve: RetimeCurve };

/** Avid's offset maps, in the order of belief: the whole map, then the one of position keyframes. Source: otio-aaf-adapter 2.0.0. */
const AVID_MAPS = ['PARAM_SPEED_OFFSET_MAP_U', 'PARAM_OFFSET_MAP_U'] as const;

/** The graph of a time effect as the AAF and Final Cut adapters keep it in metadata; null where they keep none. */
export function graphOf(effect: OtioNode): EffectGraph | null {
  return avidGraph(effect) ?? finalCutGraph(effect) ?? timeMapGraph(effect);
}

/** Source: otio-aaf-adapter 2.0.0 `keyframe_values`, pairs of frames in the use and frames from its first source frame. */
function avidGraph(effect: OtioNode): EffectGraph | null {
  const parameters = nodeAt(effect, 'metadata', 'AAF', 'Parameters');
  for (const name of AVID_MAPS) {
    const map = nodeAt(parameters, name);
    const baked = pairsOf(map?.keyframe_baked_values);
    const points = baked.length >= 2 ? baked : pairsOf(map?.keyframe_values);
    if (points.length < 2) continue;
    const told = map?.keyframe_interpolation;
    return {
      origin: 'clip',
      interpolation: baked.length >= 2 || typeof told !== 'string' ? 'linear' : told.toLowerCase(),
      points: inOrder(points),
    };
  }
  return null;
}

/** Source: Final Cut Pro XML Interchange Format, the Time Remap effect: `graphdict` keyframes `when` (clip time) and `value` (media frames). */
function finalCutGraph(effect: OtioNode): EffectGraph | null {
  const graph = nodesAt(nodeAt(effect, 'metadata', 'fcp_xml'), 'parameter').find(
    ({ parameterid }) => parameterid === 'graphdict',
  );
  const points = nodesAt(graph ?? null, 'keyframe').flatMap(({ when, value }) =>
    [when, value].every((text) => text !== '' && Number.isFinite(Number(text)))
      ? [{ at: fromFloat(Number(when)), value: fromFloat(Number(value)) }]
      : [],
  );
  if (points.length < 2) return null;
  const isSmooth = nodesAt(graph ?? null, 'keyframe').some((one) => nodeAt(one, 'inscale') !== null);
  return { origin: 'media', interpolation: isSmooth ? 'bezier' : 'linear', points: inOrder(points) };
}

/** As our own reader of FCPXML keeps a time map: pairs of frames in the use and frames from the start of its source range. */
function timeMapGraph(effect: OtioNode): EffectGraph | null {
  const kept = nodeAt(effect, 'metadata', 'fcpxml');
  const points = pairsOf(kept?.points);
  if (points.length < 2) return null;
  return { origin: 'clip', interpolation: String(kept?.interpolation), points: inOrder(points) };
}

function pairsOf(list: unknown): EffectGraph['points'] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((pair) =>
    Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number'
      ? [{ at: fromFloat(pair[0]), value: fromFloat(pair[1]) }]
      : [],
  );
}

function inOrder(points: EffectGraph['points']): EffectGraph['points'] {
  return [...points].sort((a, b) => compare(a.at, b.at));
}

/**
 * The source frames that a use can reach by its graph. Between points the graph is taken as straight; where it is told to be curved, the
 * points on both sides of the use count too, so that the range stays a bound.
 * @param use first source frame of the use without its effect, first frame of the media, record frames
 */
export function reachOf(
  graph: EffectGraph,
  use: { start: Rational; mediaStart: Rational; recordFrames: number },
): RampedUse {
  const begin = graph.origin === 'clip' ? rational(0) : subtract(use.start, use.mediaStart);
  const zero = graph.origin === 'clip' ? use.start : use.mediaStart;
  const end = add(begin, rational(use.recordFrames));
  const within = graph.points.filter(({ at }) => compare(at, begin) > 0 && compare(at, end) < 0);
  const first = { at: begin, value: valueAt(graph.points, begin) };
  const last = { at: end, value: valueAt(graph.points, end) };
  const beside = graph.interpolation === 'linear' ? [] : neighbours(graph.points, begin, end);
  const passed = [first, ...within, ...beside].map(({ value }) => add(zero, value));
  const stop = add(zero, last.value);
  const low = Math.min(...[...passed, stop].map(floor));
  const high = Math.max(...passed.map(floor), ceil(stop) - 1, low);
  return {
    first: low,
    last: high,
    curve: {
      interpolation: graph.interpolation,
      points: [first, ...within, last].map(({ at, value }) => ({
        record: subtract(at, begin),
        source: add(zero, value),
      })),
    },
  };
}

/** A graph holds its first value before its first point and its last behind its last. */
function valueAt(points: EffectGraph['points'], at: Rational): Rational {
  const next = points.findIndex((point) => compare(point.at, at) >= 0);
  if (next === 0) return points[0]!.value;
  if (next < 0) return points.at(-1)!.value;
  const [a, b] = [points[next - 1]!, points[next]!];
  const share = divide(subtract(at, a.at), subtract(b.at, a.at));
  return add(a.value, multiply(share, subtract(b.value, a.value)));
}

function neighbours(points: EffectGraph['points'], begin: Rational, end: Rational): EffectGraph['points'] {
  const before = points.findLast(({ at }) => compare(at, begin) <= 0);
  const after = points.find(({ at }) => compare(at, end) >= 0);
  return [before, after].filter((point) => point !== undefined);
}
