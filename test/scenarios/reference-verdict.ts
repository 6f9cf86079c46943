import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toolPath } from '../support/tools.ts';

const run = promisify(execFile);

/** What the reference ASC MHL tool says of a folder: `accepted`, or its exit code and words. */
export async function referenceVerdict(folder: string): Promise<string> {
  try {
    await run(toolPath('ascmhl-debug'), ['verify', folder]);
    return 'accepted';
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return `exit ${code}: ${stdout}${stderr}`;
  }
}
