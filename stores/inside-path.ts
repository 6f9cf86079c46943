import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';

/** Absolute path of something inside a folder; neither its name nor a link leads out. @throws PipelineError unreadable when it leaves the root */
export function insidePath(root: string, path: string): string {
  const file = resolve(root, path);
  if (path.includes('\0') || !isInside(root, file))
    throw new PipelineError('unreadable', `"${path}" lies outside "${root}" and is not opened`, { path });
  const real = realOfNearest(file);
  if (!isInside(realOfNearest(root), real))
    throw new PipelineError(
      'unreadable',
      `"${path}" leads outside "${root}" through a link and is not opened`,
      { path },
    );
  return file;
}

function realOfNearest(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = dirname(file);
    return parent === file ? file : join(realOfNearest(parent), basename(file));
  }
}

/** Whether a path is a folder or lies in it, by name. */
export function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}
