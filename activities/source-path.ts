import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../schemas/failure.ts';

/**
 * Follows every link of a path and holds the result against the folders that the site lists.
 * @returns the real path
 * @throws PipelineError not-found, refused-by-rule
 */
async function allowedSource(source: string, roots: readonly string[]): Promise<string> {
  const real = await realpath(source).catch((cause: unknown) => {
    throw new PipelineError('not-found', `There is nothing at ${source}.`, { source }, { cause });
  });
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => null);
    if (
      realRoot !== null &&
      (real === realRoot || real.startsWith(realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep))
    )
      return real;
  }
  throw new PipelineError(
    'refused-by-rule',
    `${source} lies under none of the source folders of this site: ${roots.join(', ')}.`,
    { source, roots },
  );
}

/** As `allowedSource`, and a folder. @throws PipelineError not-found, refused-by-rule */
export async function allowedFolder(source: string, roots: readonly string[]): Promise<string> {
  const real = await allowedSource(source, roots);
  if (!(await stat(real)).isDirectory())
    throw new PipelineError('not-found', `${source} is a file: an ingest takes the folder of a card.`, {
      source,
    });
  return real;
}

/** As `allowedSource`, and a file with bytes of its own: never a folder, a pipe or a device. @throws PipelineError not-found, refused-by-rule */
export async function allowedFile(source: string, roots: readonly string[]): Promise<string> {
  const real = await allowedSource(source, roots);
  if (!(await stat(real)).isFile())
    throw new PipelineError('not-found', `${source} is not a file.`, { source });
  return real;
}
