import { open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MadeClip } from './clip-spec.ts';

/** Turns one bit of a file over. @param offset byte, negative from the end @param bit 0 (lowest) to 7 */
export async function flipBit(file: string, offset: number, bit = 0): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const position = offset < 0 ? (await handle.stat()).size + offset : offset;
    const byte = Buffer.alloc(1);
    const { bytesRead } = await handle.read(byte, 0, 1, position);
    if (bytesRead !== 1) throw new RangeError(`${file} has no byte ${offset}`);
    byte[0] = byte[0]! ^ (1 << bit);
    await handle.write(byte, 0, 1, position);
  } finally {
    await handle.close();
  }
}

/** Takes a frame (0-based source frame) of a sequence off the card. @returns the path that is gone, relative to the roll */
export async function removeFrame(rollPath: string, clip: MadeClip, frame: number): Promise<string> {
  const path = clip.files[frame];
  if (clip.firstNumber === null || path === undefined)
    throw new RangeError(`${clip.clipName} has no file for frame ${frame} alone`);
  await rm(join(rollPath, path));
  return path;
}

/** Cuts the end off a file. @param keep share of its bytes that stays, 0 to 1 */
export async function truncateFile(file: string, keep: number): Promise<void> {
  await truncate(file, Math.floor((await stat(file)).size * keep));
}

/** Renames a file of a roll in its folder. @returns its new path */
export async function renameFile(file: string, name: string): Promise<string> {
  const renamed = join(file, '..', name);
  await rename(file, renamed);
  return renamed;
}

/** Puts a file on the card that no camera wrote. @returns its path */
export async function addFile(rollPath: string, name: string): Promise<string> {
  const file = join(rollPath, name);
  await writeFile(file, 'not of this card\n');
  return file;
}

/**
 * Changes the first hash in the newest manifest, so that it no longer has the digest that the chain recorded.
 * @returns the name of the manifest
 */
export async function tamperManifest(rollPath: string): Promise<string> {
  const folder = join(rollPath, 'ascmhl');
  const name = (await readdir(folder))
    .filter((entry) => entry.endsWith('.mhl'))
    .sort()
    .at(-1);
  if (name === undefined) throw new RangeError(`${basename(rollPath)} has no manifest`);
  const text = await readFile(join(folder, name), 'utf8');
  const altered = text.replace(
    /(<xxh128[^>]*>)(.)/,
    (_, tag: string, digit: string) => `${tag}${digit === '0' ? '1' : '0'}`,
  );
  await writeFile(join(folder, name), altered);
  return name;
}
