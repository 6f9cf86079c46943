import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeDir } from '../places.mjs';
import { mustRun, runProgram } from '../run-program.mjs';
import { firstVersion, fits } from '../versions.mjs';

const requirementsPath = join(dirname(dirname(fileURLToPath(import.meta.url))), 'python-programs.txt');

/** Pythons for which every pinned package has a ready-made wheel. */
const ACCEPTED_PYTHON = '>=3.11 <3.15';

const CANDIDATES = ['python3', '/usr/bin/python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];

/** What Debian calls a Python that can make environments. */
export const PYTHON_PACKAGES = ['python3', 'python3-venv'];

/** Folder of the private Python environment; named by its requirements, so that a changed pin is a new environment. */
export function pythonHome(cache) {
  const digest = createHash('sha256').update(readFileSync(requirementsPath)).digest('hex').slice(0, 12);
  return join(cache, 'python', digest);
}

/** The environment's `site-packages` folder; null while the environment is not whole. */
export function sitePackages(cache) {
  const home = pythonHome(cache);
  if (!existsSync(join(home, 'whole'))) return null;
  const version = readdirSync(join(home, 'lib')).find((name) => name.startsWith('python3'));
  return version ? join(home, 'lib', version, 'site-packages') : null;
}

/** Version of an installed package by its own metadata folder, e.g. `1.2` of `ascmhl-1.2.dist-info`; null when absent. */
export function packageVersion(cache, packageName) {
  const dir = sitePackages(cache);
  const prefix = `${packageName.toLowerCase()}-`;
  const found =
    dir &&
    readdirSync(dir).find((name) => name.toLowerCase().startsWith(prefix) && name.endsWith('.dist-info'));
  return found ? found.slice(prefix.length, -'.dist-info'.length) : null;
}

/**
 * Makes the environment and installs every pinned package. A marker file is written last: a half-made environment has
 * none and is made again. (An environment cannot be made elsewhere and renamed: its programs name their folder.)
 */
export async function installPython(cache, doing) {
  await makeEnvironment(pythonHome(cache), requirementsPath, doing);
}

/** Makes an environment in `home` with exactly the packages that a requirements file pins; what was there before goes. */
export async function makeEnvironment(home, requirements, doing) {
  rmSync(home, { recursive: true, force: true });
  makeDir(dirname(home));
  const python = await mustFindPython();
  doing(`making the environment with ${python}`);
  await mustRun('Making the Python environment', python, ['-m', 'venv', home]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--only-binary=:all:',
    '--no-compile',
    '--no-deps',
    '--requirement',
    requirements,
  ];
  await mustRun('Installing the Python packages', join(home, 'bin', 'python3'), pip, {
    onLine: (line) => doing(line.trim().slice(0, 100)),
  });
  writeFileSync(join(home, 'whole'), `${new Date().toISOString()}\n`);
}

/** A Python on this machine that can make the environment: `{ python }`, or `{ seen }`: what was found and will not do. */
export async function findPython() {
  const seen = [];
  for (const candidate of CANDIDATES) {
    const answer = await runProgram(candidate, ['-c', 'import sys, venv, ensurepip; print(sys.version)']);
    if (answer.code === 127) continue;
    const version = firstVersion(answer.stdout);
    if (answer.code === 0 && fits(version, ACCEPTED_PYTHON)) return { python: candidate, seen };
    seen.push(answer.code === 0 ? `${candidate} is ${version}` : `${candidate} cannot make environments`);
  }
  return { python: null, seen };
}

async function mustFindPython() {
  const { python, seen } = await findPython();
  if (python) return python;
  const found = seen.length > 0 ? ` Found: ${seen.join(', ')}.` : '';
  throw new Error(`Python ${ACCEPTED_PYTHON} with venv is needed.${found}`);
}

// The image is built from this part alone: node setup/install/python.mjs FOLDER
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await installPython(process.argv[2], (text) => console.log(text));
}
