import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDir, checkoutDir } from './places.mjs';
import { mustRun } from './run-program.mjs';
import { fits } from './versions.mjs';

/** Runs TypeScript files as they are; what the packages of the lock file ask for. */
export const ACCEPTED_NODE = '>=22.18';

const lockPath = join(checkoutDir, 'package-lock.json');
const modulesDir = join(checkoutDir, 'node_modules');
const stampPath = join(modulesDir, '.rushes-lock');

/** True when node_modules holds what the lock file says; asked before anything of it is used. */
export function packagesAreInStep() {
  if (!existsSync(join(modulesDir, '.package-lock.json'))) return false;
  const digest = lockDigest();
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === digest) return true;
  if (!installedAsLocked()) return false;
  writeFileSync(stampPath, digest);
  return true;
}

/** Brings node_modules to what the lock file says. A cut-off run leaves no stamp and is done again. */
export async function installPackages(doing) {
  const digest = createHash('sha256').update(checkoutDir).digest('hex').slice(0, 12);
  const lock = join(cacheDir(), `npm-${digest}.lock`);
  const onWait = (pid) => doing(`waiting for process ${pid}, which installs into this folder too`);
  await withLock(lock, async () => packagesAreInStep() || (await npmCi(doing)), { onWait });
}

async function npmCi(doing) {
  doing('npm ci');
  // Loudness of an outer `npm --silent` must not hide why this one failed.
  const env = { ...process.env, npm_config_loglevel: 'error' };
  // No package of ours needs its install script: native parts come ready-made, PostgreSQL's links are made by set-up.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
  await mustRun('npm ci', 'npm', args, {
    cwd: checkoutDir,
    env,
    onLine: (line) => doing(line.slice(0, 100)),
  });
  writeFileSync(stampPath, lockDigest());
}

/** Node to run everything with: the one the lock file brings, else this one where it is new enough. @throws a sentence. */
export function nodeProgram() {
  const bundled = join(modulesDir, `node-linux-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (fits(process.versions.node, ACCEPTED_NODE)) return process.execPath;
  throw new Error(
    `Node ${ACCEPTED_NODE} is needed and this is ${process.versions.node}; the one that npm brings (node-linux-${process.arch}) is not there: run \`npm ci --include=optional\`.`,
  );
}

function lockDigest() {
  return createHash('sha256').update(readFileSync(lockPath)).update(process.arch).digest('hex');
}

/**
 * Compares the lock file with npm's own record of what it installed, for folders that were installed by hand: another
 * `npm ci` would be right too, but slow and in the way of whoever is using them.
 */
function installedAsLocked() {
  const wanted = JSON.parse(readFileSync(lockPath, 'utf8')).packages;
  const present = JSON.parse(readFileSync(join(modulesDir, '.package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const isOptional = optional || devOptional;
    return present[path] ? present[path].version === version : isOptional;
  });
}
