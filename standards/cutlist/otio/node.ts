import type { Rational } from '../../../schemas/rational.ts';
import { snapFrameRate } from '../../time/frame-rate.ts';
import { divide, floor, multiply, rational } from '../../time/rational.ts';

/** A node of an OpenTimelineIO document: any JSON object; what is asked of it is checked when it is asked. */
export type OtioNode = Record<string, unknown>;

/** A moment or length: `value` ticks at `rate` a second, exact. Source: OTIO_SCHEMA RationalTime.1. */
export type OtioTime = { value: Rational; rate: Rational };

export type OtioRange = { start: OtioTime; duration: OtioTime };

/** Schema name of a node without its version: `Clip` of `Clip.2`; empty when it is no node. */
export function schemaOf(node: unknown): string {
  const schema = isNode(node) ? node.OTIO_SCHEMA : undefined;
  return typeof schema === 'string' ? schema.replace(/\.\d+$/, '') : '';
}

/** A part of a node that is itself a node; null when it is absent or something else. */
export function nodeAt(node: unknown, ...path: string[]): OtioNode | null {
  let at: unknown = node;
  for (const key of path) at = isNode(at) ? at[key] : undefined;
  return isNode(at) ? at : null;
}

/** A part of a node that is a list of nodes; empty when it is absent. */
export function nodesAt(node: OtioNode | null, key: string): OtioNode[] {
  const list = node?.[key];
  return Array.isArray(list) ? list.filter(isNode) : [];
}

/** A part of a node that is text; null when it is absent or empty. */
export function textAt(node: unknown, ...path: string[]): string | null {
  const value = nodeAt(node, ...path.slice(0, -1))?.[path.at(-1)!];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A RationalTime; null when it is absent or has no rate. */
export function timeAt(node: unknown, key: string): OtioTime | null {
  const time = nodeAt(node, key);
  const [value, rate] = [time?.value, time?.rate];
  if (typeof value !== 'number' || typeof rate !== 'number' || !(rate > 0)) return null;
  return { value: fromFloat(value), rate: snapFrameRate(fromFloat(rate)) };
}

/** A TimeRange; null when it is absent or one of its times is. */
export function rangeAt(node: unknown, key: string): OtioRange | null {
  const range = nodeAt(node, key);
  const start = timeAt(range, 'start_time');
  const duration = timeAt(range, 'duration');
  return start && duration ? { start, duration } : null;
}

/** A time in seconds, exact. */
export function secondsOf(time: OtioTime): Rational {
  return divide(time.value, time.rate);
}

/** Seconds in frames of a rate, exact. */
export function framesAt(seconds: Rational, rate: Rational): Rational {
  return multiply(seconds, rate);
}

/**
 * The fraction that a float was written for: the simplest one within a billionth, so that 0.3333333333 is a third and 24.0 is 24. Documents
 * carry floats; this is the one place where they become exact.
 */
export function fromFloat(value: number): Rational {
  if (!Number.isFinite(value)) return rational(0);
  const sign = value < 0 ? -1 : 1;
  let [previousNum, num, previousDen, den] = [0, 1, 1, 0];
  let rest = Math.abs(value);
  for (let step = 0; step < 40; step++) {
    const whole = Math.floor(rest);
    [previousNum, num] = [num, whole * num + previousNum];
    [previousDen, den] = [den, whole * den + previousDen];
    if (Math.abs(num / den - Math.abs(value)) <= 1e-9 * Math.max(1, Math.abs(value)) || rest === whole) break;
    rest = 1 / (rest - whole);
  }
  return rational(sign * num, den);
}

/** Nearest whole number of a fraction, halves up. */
export function nearest(value: Rational): number {
  return floor({ num: 2 * value.num + value.den, den: 2 * value.den });
}

function isNode(value: unknown): value is OtioNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
