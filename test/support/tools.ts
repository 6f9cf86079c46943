import type { ToolPaths } from '../../engine/tools/tool-paths.ts';
import { readTools } from '../../setup/tools.mjs';

/** Every program that set-up found, by name. @throws Error before set-up has run in this cache. */
export function toolPaths(): ToolPaths {
  const file = readTools();
  if (!file) throw new Error('No tools.json in the cache folder: `npm test` makes it.');
  return Object.fromEntries(Object.entries(file.tools).map(([name, { path }]) => [name, path]));
}

/** Path of one program. @throws Error when set-up does not know it. */
export function toolPath(name: string): string {
  const path = toolPaths()[name];
  if (!path) throw new Error(`"${name}" is not in tools.json; setup/tool-table.mjs lists what is.`);
  return path;
}
