import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this checkout, links resolved, so that two ways to the same folder share one state. */
export const checkoutDir = realpathSync(dirname(dirname(fileURLToPath(import.meta.url))));

/** True where this process may install system packages and change to another user. */
export const isRoot = () => process.getuid?.() === 0;

/**
 * The one folder for everything that is downloaded or built and can be made again: `RUSHES_CACHE`, else
 * `/var/cache/rushes` as root, else `$XDG_CACHE_HOME/rushes` (`~/.cache/rushes`).
 */
export function cacheDir(env = process.env) {
  if (env.RUSHES_CACHE) return resolve(env.RUSHES_CACHE);
  if (isRoot()) return '/var/cache/rushes';
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rushes');
}

/** Where the local stack of this checkout keeps its data: `RUSHES_STATE`, else a folder of the cache named by the checkout's path. */
export function defaultStateDir(env = process.env) {
  if (env.RUSHES_STATE) return resolve(env.RUSHES_STATE);
  const digest = createHash('sha256').update(checkoutDir).digest('hex').slice(0, 12);
  return join(cacheDir(env), 'state', digest);
}

/** Makes the folder and those above it; folders it makes may be entered by other users (PostgreSQL runs as one). */
export function makeDir(path) {
  mkdirSync(path, { recursive: true, mode: 0o755 });
  return path;
}

/**
 * True when a user who owns nothing here could walk to this folder: every folder on the way is open to others. Of a
 * folder that does not exist yet, the part that does is judged.
 */
export function isTraversable(path) {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  for (let dir = realpathSync(existing); ; dir = dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}
