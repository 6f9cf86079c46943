import { lstat, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { removeFolder } from './remove-folder.ts';
import { isUrl } from './url-location.ts';

/**
 * What every program takes as it stands. `%` numbers files for FFmpeg and is a random digit to oiiotool, `?` begins options
 * of OpenImageIO, `*`, `[`, `{` are patterns; a line break ends a line of a list, a colon may end a path.
 */
const PLAIN = /^[\p{L}\p{M}\p{N}_\-./ +,=~]*$/u;
const PLAIN_ENDING = /^\.[A-Za-z0-9]{1,8}$/;

/** Whether programs take this path for the file of that name and for nothing else. */
export function isPlainPath(path: string): boolean {
  return PLAIN.test(path);
}

/**
 * A path by which programs can be told of a file: its own, or that of a link in `folder`, which bears its ending.
 * @param folder of a plain path; the caller's to remove
 * @param name of the link, one for each file
 */
export async function plainPath(path: string, folder: string, name: string): Promise<string> {
  if (isPlainPath(path)) return path;
  const link = join(folder, `${name}${plainEnding(path)}`);
  await symlink(path, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return link;
}

/** The ending of a name, dot included, where programs can be shown it; empty where not. */
export function plainEnding(name: string): string {
  const ending = extname(name);
  return PLAIN_ENDING.test(ending) ? ending : '';
}

/** Lets programs see a file by a plain path for as long as `work` takes. */
export async function withPlainPath<T>(path: string, work: (plain: string) => Promise<T>): Promise<T> {
  if (isPlainPath(path) || isUrl(path)) return work(path);
  const folder = await plainFolder();
  try {
    return await work(await plainPath(path, folder, 'file'));
  } finally {
    await removeFolder(folder);
  }
}

/** The same folder by a plain path, and how to take that away again. */
export async function plainAlias(folder: string): Promise<{ path: string; remove(): Promise<void> }> {
  if (isPlainPath(folder)) return { path: folder, remove: async () => {} };
  const beside = await plainFolder();
  const path = join(beside, 'folder');
  await symlink(folder, path);
  return { path, remove: () => removeFolder(beside) };
}

/** The system's folder for short-lived files may bear any name too. */
async function plainFolder(): Promise<string> {
  for (const place of [tmpdir(), '/tmp', '/var/tmp'])
    if (isPlainPath(place) && (await isFolder(place))) return mkdtemp(join(place, 'rushes-plain-'));
  return mkdtemp(join(tmpdir(), 'rushes-plain-'));
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isDirectory() === true || found?.isSymbolicLink() === true;
}
