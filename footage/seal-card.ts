import { requireTool } from '../engine/tools/require-tool.ts';
import { runProgram } from '../engine/tools/run-program.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';

/**
 * Appends an ASC MHL generation with xxh128 hashes by the reference tool, so that our reader meets a history it did not write.
 * The reference tool takes no creation date: two seals of equal cards differ in it.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function sealCard(rollPath: string, tools: ToolPaths): Promise<void> {
  await runProgram({
    tool: 'ascmhl',
    path: requireTool(tools, 'ascmhl'),
    args: ['create', '-h', 'xxh128', '--author_name', 'Rushes footage', '--author_role', 'DIT', rollPath],
  });
}
