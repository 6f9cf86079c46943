import { PipelineError } from '../schemas/failure.ts';

/** Runs work on a path; what the system refuses becomes a PipelineError that names the path. */
export async function refused<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFailure(path, error);
  }
}

/** The same for work that does not wait. */
export function refusedSync<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFailure(path, error);
  }
}

/** The failure that an error of the system is; other errors as they are. */
export function asFailure(path: string, error: unknown): unknown {
  if (error instanceof PipelineError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const facts = { path, errno: code };
  if (code === 'ENOENT')
    return new PipelineError('not-found', `"${path}" does not exist`, facts, { cause: error });
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PipelineError('disk-full', `There is no room to write "${path}"`, facts, { cause: error });
  if (code === 'EROFS')
    return new PipelineError(
      'refused-by-rule',
      `"${path}" cannot be written: the volume is read-only`,
      facts,
      { cause: error },
    );
  return new PipelineError('unreadable', `"${path}": ${(error as Error).message}`, facts, { cause: error });
}
