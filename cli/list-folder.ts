import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import type { RollFile } from '../schemas/file.ts';

/** The files of a folder with their sizes, and by their paths what is no file: links, pipes, devices. */
export type ListedFolder = { files: RollFile[]; others: string[] };

/**
 * Lists a folder, with everything below it where that is wanted; links are not followed.
 * @throws PipelineError unreadable for a folder that may not be listed
 */
export async function listFolder(root: string, recursive: boolean): Promise<ListedFolder> {
  const listed: ListedFolder = { files: [], others: [] };
  for (const entry of await entriesOf(root, recursive)) {
    if (entry.isDirectory()) continue;
    const absolute = join(entry.parentPath, entry.name);
    const path = relative(root, absolute).split(sep).join('/');
    const info = entry.isFile() ? await lstat(absolute).catch(() => null) : null;
    if (info) listed.files.push({ path, sizeBytes: info.size });
    else listed.others.push(path);
  }
  return listed;
}

async function entriesOf(root: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(root, { recursive, withFileTypes: true });
  } catch (cause) {
    const { code, path = root } = cause as NodeJS.ErrnoException;
    throw new PipelineError('unreadable', `${path} cannot be listed: ${code}`, { path }, { cause });
  }
}
