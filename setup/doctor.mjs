import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTools } from './find-tool.mjs';
import { ACCEPTED_NODE, nodeProgram } from './node-packages.mjs';
import { cacheDir, checkoutDir } from './places.mjs';
import { runProgram } from './run-program.mjs';
import { isNeededFor, TOOLS } from './tool-table.mjs';
import { firstVersion, fits } from './versions.mjs';

/** Programs that come as ordinary npm packages: exactly what the lock file says. */
const NPM_PROGRAMS = [
  { name: 'exiftool', package: 'exiftool-vendored.pl', why: 'reads facts of every kind of file' },
  { name: 'mediainfo', package: 'mediainfo.js', why: 'reads facts of movies' },
];

/**
 * The table for `rushes doctor`: each program with what is really found just now. `ok` is false when one that the
 * purpose needs (default: the product itself) is missing.
 */
export async function doctorReport({ cache = cacheDir(), for: purpose = 'run' } = {}) {
  const found = await findTools(TOOLS, cache);
  const rows = TOOLS.map((tool) => {
    const { ok, path, version, rejected } = found.get(tool.name);
    const needed = isNeededFor(tool.for, purpose);
    const { name, why, accepts } = tool;
    return {
      name,
      why,
      neededFor: tool.for,
      needed,
      ok,
      version,
      accepts,
      path,
      rejected,
      how: howToGet(tool),
    };
  });
  rows.unshift(await nodeRow(), ...NPM_PROGRAMS.map(npmRow));
  return { version: 1, kind: 'doctor', ok: rows.every((row) => row.ok || !row.needed), cache, rows };
}

function howToGet(tool) {
  if (tool.from.kind === 'debian') return `sudo apt-get install -y ${tool.from.package}`;
  if (tool.from.kind === 'native')
    return 'npm run demo (set-up builds it with the C compiler into the cache)';
  if (tool.from.kind === 'go') return 'npm run demo (set-up builds it with Go into the cache)';
  return 'npm run demo (set-up brings it into the cache)';
}

async function nodeRow() {
  const row = {
    name: 'node',
    why: 'runs everything',
    neededFor: 'run',
    needed: true,
    accepts: ACCEPTED_NODE,
    how: 'npm ci',
  };
  try {
    const path = nodeProgram();
    const version = firstVersion((await runProgram(path, ['--version'])).stdout);
    return { ...row, ok: fits(version, ACCEPTED_NODE), version, path, rejected: [] };
  } catch (error) {
    return { ...row, ok: false, version: null, path: null, rejected: [error.message] };
  }
}

function npmRow({ name, package: packageName, why }) {
  const path = join(checkoutDir, 'node_modules', packageName);
  const version = versionIn(path);
  const accepts = lockedVersion(packageName);
  const ok = version !== null && version === accepts;
  const rejected = ok || version === null ? [] : [`${path} is ${version}`];
  const shown = { version: ok ? version : null, path: ok ? path : null, accepts: `=${accepts}`, rejected };
  return { name, why, neededFor: 'run', needed: true, ok, ...shown, how: 'npm ci' };
}

function versionIn(packageDir) {
  try {
    return JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}

function lockedVersion(packageName) {
  const lock = JSON.parse(readFileSync(join(checkoutDir, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${packageName}`]?.version ?? null;
}
