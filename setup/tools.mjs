import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from './find-tool.mjs';
import { installDebian, sentenceForMissing } from './install/debian.mjs';
import { installGo } from './install/go.mjs';
import { bundledPostgresVersion, installPostgres } from './install/postgres.mjs';
import { installPython, pythonHome } from './install/python.mjs';
import { withLock } from './lock.mjs';
import { cacheDir, makeDir } from './places.mjs';
import { Progress } from './progress.mjs';
import { DEBIAN_FILES, isNeededFor, TOOLS } from './tool-table.mjs';

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

async function ensureLocked(purpose, log, cache, progress) {
  const afterWaiting = readToolsFile(cache);
  if (isStillTrue(afterWaiting, purpose)) return afterWaiting;
  const complaints = await installMissing(purpose, log, cache, progress);
  const wanted = toolsFor(purpose);
  const found = await findAll(wanted, cache);
  for (const tool of wanted) {
    const { ok, rejected } = found.get(tool.name);
    if (!ok && complaints.length === 0) complaints.push(sentenceFor(tool, rejected));
  }
  const file = writeToolsFile(cache, found);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return file;
}

/** How many things a purpose still has to install, for "[2/7]"; 0 when all is as the last time left it. */
export async function countInstallSteps({ for: purpose, cache = cacheDir() }) {
  if (isStillTrue(readToolsFile(cache), purpose)) return 0;
  const found = await findAll(toolsFor(purpose), cache);
  return installJobs(purpose, found, cache).length;
}

/** Installs in parallel what comes from different places; gives sentences for what failed instead of stopping the rest. */
async function installMissing(purpose, log, cache, progress) {
  const found = await findAll(toolsFor(purpose), cache);
  const jobs = installJobs(purpose, found, cache);
  const steps = progress ?? new Progress(log, jobs.length);
  const outcomes = await Promise.allSettled(jobs.map(({ title, work }) => steps.step(title, work)));
  return outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason.message);
}

function installJobs(purpose, found, cache) {
  const missing = toolsFor(purpose).filter((tool) => !found.get(tool.name).ok);
  const kinds = new Set(missing.map((tool) => tool.from.kind));
  const packages = missingPackages(missing, purpose);
  const jobs = [];
  if (packages.length > 0) {
    jobs.push({
      title: `Debian packages ${packages.join(' ')}`,
      work: (doing) => installDebian(packages, doing),
    });
  }
  if (kinds.has('python')) {
    jobs.push({
      title: 'OpenImageIO, OpenColorIO and more from PyPI',
      work: (doing) => installPython(cache, doing),
    });
  }
  for (const tool of missing.filter((each) => each.from.kind === 'go')) {
    const title = `${tool.why}: building ${tool.name} ${tool.from.version} with Go`;
    jobs.push({ title, work: (doing) => installGo(cache, tool, doing) });
  }
  if (kinds.has('postgres')) {
    jobs.push({ title: 'PostgreSQL', work: async (doing) => installPostgres(cache, doing) });
  }
  return jobs;
}

function missingPackages(missing, purpose) {
  const tools = missing.filter((tool) => tool.from.kind === 'debian').map((tool) => tool.from.package);
  return [...new Set([...tools, ...missingFiles(purpose).map((each) => each.package)])].sort();
}

function missingFiles(purpose) {
  return DEBIAN_FILES.filter((each) => isNeededFor(each.for, purpose) && !existsSync(each.file));
}

function toolsFor(purpose) {
  return TOOLS.filter((tool) => isNeededFor(tool.for, purpose));
}

async function findAll(tools, cache) {
  const entries = await Promise.all(tools.map(async (tool) => [tool.name, await findTool(tool, cache)]));
  return new Map(entries);
}

function sentenceFor(tool, rejected) {
  const seen = rejected.length > 0 ? ` (found: ${rejected.join('; ')})` : '';
  const how = tool.from.kind === 'debian' ? ` ${sentenceForMissing([tool.from.package])}` : '';
  return `${tool.name} ${tool.accepts} is needed and not there${seen}.${how}`;
}

/**
 * What `tools.json` says: `{ version: 1, kind: "tools", tools: { name: { path, version } } }`; null before the first
 * set-up. Says nothing about whether the programs still exist.
 */
export function readTools({ cache = cacheDir() } = {}) {
  return readToolsFile(cache);
}

function readToolsFile(cache) {
  try {
    return JSON.parse(readFileSync(join(cache, 'tools.json'), 'utf8'));
  } catch {
    return null;
  }
}

/** What a set-up was made from: another table, other Python pins or other PostgreSQL programs ask for a new look. */
function tableDigest() {
  const text = JSON.stringify([
    TOOLS.map((tool) => ({ ...tool, versionPattern: String(tool.versionPattern) })),
    DEBIAN_FILES,
  ]);
  return createHash('sha256')
    .update(`${text}${pythonHome('')}${bundledPostgresVersion()}`)
    .digest('hex');
}

function writeToolsFile(cache, found) {
  const digest = tableDigest();
  const before = readToolsFile(cache);
  const kept = before?.table === digest ? before : null;
  const tools = { ...kept?.tools };
  for (const [name, { ok, path, version }] of found) {
    if (ok) tools[name] = { path, version, ...stampOf(path) };
    else delete tools[name];
  }
  const file = { version: 1, kind: 'tools', table: digest, tools };
  const half = join(cache, `tools.json.${process.pid}`);
  writeFileSync(half, `${JSON.stringify(file, null, 2)}\n`);
  renameSync(half, join(cache, 'tools.json'));
  return file;
}

/** Size and time of a program's file: an upgraded or removed program is noticed without running it. */
function stampOf(path) {
  const { size, mtimeMs } = statSync(path);
  return { sizeBytes: size, mtimeMs };
}

function isStillTrue(file, purpose) {
  if (!file || file.table !== tableDigest() || missingFiles(purpose).length > 0) return false;
  return toolsFor(purpose).every((tool) => {
    const known = file.tools[tool.name];
    if (!known || !existsSync(known.path)) return false;
    const now = stampOf(known.path);
    return now.sizeBytes === known.sizeBytes && now.mtimeMs === known.mtimeMs;
  });
}

/**
 * The table for `rushes doctor`: each tool with what was really found just now. `ok` is false when something that the
 * product itself (`needed: true`) runs on is missing.
 */
export async function doctorReport({ cache = cacheDir(), for: purpose = 'run' } = {}) {
  const found = await findAll(TOOLS, cache);
  const rows = TOOLS.map((tool) => {
    const { ok, path, version, rejected } = found.get(tool.name);
    const needed = isNeededFor(tool.for, purpose);
    return {
      name: tool.name,
      why: tool.why,
      neededFor: tool.for,
      needed,
      ok,
      version,
      accepts: tool.accepts,
      path,
      rejected,
      how: howToGet(tool),
    };
  });
  return { version: 1, kind: 'doctor', ok: rows.every((row) => row.ok || !row.needed), cache, rows };
}

function howToGet(tool) {
  if (tool.from.kind === 'debian') return `sudo apt-get install -y ${tool.from.package}`;
  return 'npm run demo (set-up builds or downloads it into the cache)';
}
