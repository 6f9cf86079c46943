import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { EngineCapabilities } from '../engine.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';
import type { VendorProgram } from './program-engine.ts';

/** No GPU is there for it, whatever it would take besides its arguments: NVIDIA's own variable hides every one from any program. */
export const NO_GPU = { CUDA_VISIBLE_DEVICES: '' };

/** What the system says in the place of a program that it cannot run. */
const CANNOT_RUN =
  /^.*(?:error while loading shared libraries|cannot execute|Exec format error|GLIBC\S* not found).*$/im;
/** Exit codes of a shell that found no program behind a wrapper, or may not run it. */
const NOT_RUN = [126, 127];

/** What a maker's program says of itself, asked once; a program that cannot run here is missing, and says why. */
export async function programCapabilities(
  program: VendorProgram,
  tools: ToolPaths,
): Promise<EngineCapabilities> {
  const path = tools[program.tool];
  const versions: Record<string, string> = { 'rushes-recipe': program.recipeRevision };
  const nothing = { name: program.name, versions, decodes: [], writes: [] };
  if (path === undefined)
    return {
      ...nothing,
      missing: [{ what: program.tool, why: `reads ${program.decodes.join(', ')}`, fix: program.fix }],
    };
  const { stdout, stderrTail, exitCode } = await runProgram({
    tool: program.tool,
    path,
    args: program.versionArguments,
    env: NO_GPU,
    goodExitCodes: 'any',
    timeoutMs: 60_000,
  });
  const text = `${stdout.toString('utf8')}\n${stderrTail}`;
  const cannot =
    CANNOT_RUN.exec(text)?.[0] ?? (NOT_RUN.includes(exitCode ?? -1) ? `exit code ${exitCode}` : null);
  if (cannot !== null)
    return {
      ...nothing,
      missing: [{ what: program.tool, why: `${path} does not run: ${cannot.trim()}`, fix: program.fix }],
    };
  versions[program.tool] = program.versionWords.exec(text)?.[1] ?? `unknown, file ${await fileDigest(path)}`;
  const writes = ['exr:none', 'exr:zip', 'exr:piz', 'exr:st2065-4'];
  return { ...nothing, decodes: [...program.decodes], writes, missing: [] };
}

/** What tells one build from another where the program does not. */
async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 16);
}
