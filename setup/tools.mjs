import { join } from 'node:path';
import { findTools } from './find-tool.mjs';
import { planInstallation } from './install-plan.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, makeDir } from './places.mjs';
import { Progress } from './progress.mjs';
import { toolsFor } from './tool-table.mjs';
import { isStillTrue, readToolsFile, readToolsOfThisCheckout, writeToolsFile } from './tools-file.mjs';

export { doctorReport } from './doctor.mjs';

/**
 * Makes sure that every tool of a purpose is there in an accepted version, installing what is missing, and writes
 * `<cache>/tools.json`. Quick when all is as the last time left it. Only one set-up at a time works in a cache.
 * @throws one Error that names everything that could not be had, after all else was installed.
 */
export async function ensureTools({ for: purpose, log, cache = cacheDir(), progress }) {
  const known = readToolsFile(cache);
  if (isStillTrue(known, purpose)) return known;
  makeDir(cache);
  const onWait = (pid) => log(`Another set-up (process ${pid}) is at work in ${cache}: waiting for it.`);
  return withLock(join(cache, 'setup.lock'), () => ensureLocked(purpose, log, cache, progress), { onWait });
}

/** How many things a purpose still has to install, for "[2/7]"; 0 when all is as the last time left it. */
export async function countInstallSteps({ for: purpose, cache = cacheDir() }) {
  if (isStillTrue(readToolsFile(cache), purpose)) return 0;
  return (await planInstallation(purpose, cache)).length;
}

/**
 * What `tools.json` says, as it holds for this checkout: `{ version: 1, kind: "tools", tools: { name: { path, version } } }`; null before the first
 * set-up. Says nothing about whether the programs still exist.
 */
export function readTools({ cache = cacheDir() } = {}) {
  return readToolsOfThisCheckout(cache);
}

async function ensureLocked(purpose, log, cache, progress) {
  // Whoever held the lock may have done our work.
  const afterWaiting = readToolsFile(cache);
  if (isStillTrue(afterWaiting, purpose)) return afterWaiting;
  const jobs = await planInstallation(purpose, cache);
  const steps = progress ?? new Progress(log, jobs.length);
  const outcomes = await Promise.allSettled(jobs.map(({ title, work }) => steps.step(title, work)));
  const complaints = outcomes.filter((each) => each.status === 'rejected').map((each) => each.reason.message);
  const wanted = toolsFor(purpose);
  const found = await findTools(wanted, cache);
  const file = writeToolsFile(cache, found);
  const missing = wanted.filter((tool) => !found.get(tool.name).ok);
  for (const tool of missing) {
    const { rejected } = found.get(tool.name);
    if (rejected.length > 0)
      complaints.push(`${tool.name} ${tool.accepts} is needed; ${rejected.join('; ')}.`);
    // One that is missing because its installation failed is named by that failure already.
    else if (outcomes.every((each) => each.status === 'fulfilled'))
      complaints.push(`${tool.name} is not there after its installation.`);
  }
  if (complaints.length > 0) throw new Error([...new Set(complaints)].join('\n'));
  return file;
}
