import type { ToolPaths } from '../tools/tool-paths.ts';

/** Answers a key from memory, or makes the answer and remembers it. */
export type KeptResults<T> = (tools: ToolPaths, key: string, make: () => Promise<T>) => Promise<T>;

/**
 * Remembers what programs made of nothing but the key, for the life of these programs: the colour of a clip is the same in
 * each of its segments. What was asked for longest ago is forgotten first; a failure is not remembered, and two that ask at
 * once both make it, so that one that is aborted takes nothing from the other.
 * @param most answers kept for one set of programs
 */
export function keepResults<T>(most: number): KeptResults<T> {
  const kept = new WeakMap<ToolPaths, Map<string, T>>();
  return async (tools, key, make) => {
    const results = kept.get(tools) ?? new Map<string, T>();
    kept.set(tools, results);
    const result = results.has(key) ? results.get(key)! : await make();
    results.delete(key);
    results.set(key, result);
    for (const oldest of results.keys()) {
      if (results.size <= most) break;
      results.delete(oldest);
    }
    return result;
  };
}
