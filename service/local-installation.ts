import { PipelineError } from '../schemas/failure.ts';
import { readStack } from '../setup/stack.mjs';
import { readTools } from '../setup/tools.mjs';

/** Programs that set-up found, by name. @throws PipelineError tool-missing before the first set-up */
export function readToolPaths(): Record<string, string> {
  const file = readTools();
  if (file === null)
    throw new PipelineError(
      'tool-missing',
      'The tools were never set up on this machine: run `rushes doctor` to see what is missing.',
    );
  return Object.fromEntries(Object.entries(file.tools).map(([name, tool]) => [name, tool.path]));
}

/**
 * The configuration of the local stack, or null when it was never started. It is one person's machine, so that every
 * folder may hold a card; a site lists its own.
 */
export function localStackDocument(): Record<string, unknown> | null {
  const stack = readStack();
  if (stack === null) return null;
  const { endPoint, port, accessKey, secretKey, worker, dataDir } = stack.objectStore;
  const owner = { accessKey, secretKey };
  const { address, namespace, uiUrl } = stack.temporal;
  return {
    site: 'studio',
    temporal: { address, namespace, uiUrl },
    objectStore: { endPoint, port, ...(worker ?? owner), owner, mountedAt: dataDir },
    postgres: { url: stack.postgres.url },
    sourceRoots: ['/'],
  };
}
