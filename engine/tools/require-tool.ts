import { PipelineError } from '../../schemas/failure.ts';
import type { ToolPaths } from './tool-paths.ts';

/**
 * Absolute path of a program that the work at hand can't do without.
 * @throws PipelineError tool-missing
 */
export function requireTool(tools: ToolPaths, name: string): string {
  const path = tools[name];
  if (path === undefined)
    throw new PipelineError('tool-missing', `${name} is not installed`, {
      tool: name,
      known: Object.keys(tools),
    });
  return path;
}
