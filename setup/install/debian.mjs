import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRoot } from '../places.mjs';
import { mustRun } from '../run-program.mjs';

/** True on Debian and its relatives, where packages can be named and, as root, installed. */
export const hasApt = () => existsSync('/usr/bin/apt-get');

/** The one sentence for a person without root, or without Debian. */
export function sentenceForMissing(packages) {
  const names = packages.join(' ');
  return hasApt()
    ? `Debian packages are missing: run \`sudo apt-get install -y ${names}\` and start again.`
    : `This machine has no apt-get: install what Debian calls ${names} by its own means and start again.`;
}

/** Installs packages as root without asking anything. @throws a sentence when not root or when apt fails. */
export async function installDebian(packages, doing) {
  if (!isRoot() || !hasApt()) throw new Error(sentenceForMissing(packages));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const calm = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const options = { env, onLine: (line) => doing(line.slice(0, 100)) };
  doing('reading the package lists');
  await patiently(() => mustRun('apt-get update', 'apt-get', ['update', ...calm], options), doing);
  await mustRun(
    'apt-get install',
    'apt-get',
    ['install', '-y', '--no-install-recommends', ...calm, ...packages],
    options,
  );
}

/** Another apt may be at work (unattended upgrades): apt waits for its lock on packages, but not for that on lists. */
async function patiently(work, doing) {
  for (const end = Date.now() + 300_000; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!/Could not get lock|is held by process/.test(error.message) || Date.now() > end) throw error;
      doing('waiting for another apt to finish');
      await sleep(3_000);
    }
  }
}
