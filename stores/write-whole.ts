import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Creates a file whole, durable and only if it is absent. */
export async function writeIfAbsent(file: string, bytes: Uint8Array): Promise<'written' | 'exists'> {
  const temporary = await writeTemporary(file, bytes);
  try {
    await link(temporary, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'exists';
    // Card file systems (exFAT, FAT32) have no links. The caller's lock keeps others out between look and rename.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(code ?? '')) throw error;
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return 'exists';
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await flushFolder(dirname(file));
  return 'written';
}

/** Replaces a file whole and durable. */
export async function replaceWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(file, bytes);
  await rename(temporary, file);
  await flushFolder(dirname(file));
}

/** A file is written in a moment; a part this old was left by a process that died. */
const STALE_PART_MS = 60_000;

/** Removes what processes that died while they wrote into this folder left of their files. */
export async function removeDeadParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!PART.test(name)) continue;
    const file = join(folder, name);
    const status = await stat(file).catch(() => null);
    if (status !== null && Date.now() - status.mtimeMs > STALE_PART_MS) await rm(file, { force: true });
  }
}

const PART = /^\.[0-9a-f]{12}\.rushes-part$/;

/** A name beside a file for what is not yet whole; never longer than a name may be, however long that of the file is. */
export function partBeside(file: string): string {
  return join(dirname(file), `.${randomBytes(6).toString('hex')}.rushes-part`);
}

async function writeTemporary(file: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = partBeside(file);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    // No room: what was begun must not take more of it.
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

// A name is durable only when its folder is; some file systems cannot flush folders and keep order without.
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
