import type { RawFacts } from '../../../engine/engine.ts';
import type { Readings } from '../reading.ts';

/** Turns one tool's words on one file into readings. `facts` is the whole file, for mappers that need its kind or name. */
export type Source = {
  /** The tool or reader as `RawFacts.tools` names it. */
  tool: string;
  /** Trust in a reading that names no confidence of its own. */
  confidence: number;
  read(output: never, readings: Readings, facts: RawFacts, clip: ClipNames): void;
};

/** The names a list may know a clip by: its own, and those of its files without their endings. */
export type ClipNames = { clipName: string; stems: readonly string[] };

/** A value out of loosely typed tool output; undefined where a step is not there. */
export function dig(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
