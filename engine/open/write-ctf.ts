import { copyFile, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobColour } from '../../schemas/segment-job.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import { JOB_SPACES, writeJobConfig } from './color-config.ts';

/** What changes nothing, since ociowrite has no form for it. */
const IDENTITY =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ProcessList version="1.3" id="identity">\n    <Matrix inBitDepth="32f" outBitDepth="32f">\n        <Array dim="3 3">\n1 0 0\n0 1 0\n0 0 1\n        </Array>\n    </Matrix>\n</ProcessList>\n';

/**
 * Writes colour steps as one OpenColorIO CTF that stands alone: no config and no other file is needed to use it.
 * @param out path of the CTF, ending in `.ctf`; replaced when it exists
 * @throws PipelineError tool-missing, tool-failed, and what writing the job's config throws
 */
export async function writeCtf(
  colour: JobColour,
  tools: ToolPaths,
  out: string,
  signal?: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-ctf-'));
  try {
    const { path, isIdentity } = await writeJobConfig(colour, folder);
    if (isIdentity) return await writeFile(out, IDENTITY);
    const made = join(folder, 'pipeline.ctf');
    await runProgram({
      tool: 'ociowrite',
      path: requireTool(tools, 'ociowrite'),
      args: ['--colorspaces', JOB_SPACES.decoded, JOB_SPACES.output, '--file', made],
      env: { OCIO: path },
      timeoutMs: 60_000,
      ...(signal ? { signal } : {}),
    });
    await copyFile(made, out);
  } finally {
    await removeFolder(folder);
  }
}
