import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownPath } from './find-tool.mjs';
import { lockedPostgresVersion } from './install/postgres.mjs';
import { pythonHome } from './install/python.mjs';
import { DEBIAN_FILES, TOOLS, toolsFor } from './tool-table.mjs';

/** What `<cache>/tools.json` says; null when there is none (or half of one). */
export function readToolsFile(cache) {
  try {
    return JSON.parse(readFileSync(join(cache, 'tools.json'), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * The same, put right for this checkout. A cache is shared by checkouts whose pins may differ, and the file is of the one
 * that was set up last: what lies in a place of its own is taken from the place that belongs to this one, or left out.
 */
export function readToolsOfThisCheckout(cache) {
  const file = readToolsFile(cache);
  if (!file || file.table === tableDigest()) return file;
  const tools = { ...file.tools };
  for (const tool of TOOLS.filter((each) => each.look === 'own')) {
    const path = ownPath(tool, cache);
    if (path && existsSync(path)) tools[tool.name] = { path, version: pinnedVersion(tool), ...stampOf(path) };
    else delete tools[tool.name];
  }
  return { ...file, tools };
}

function pinnedVersion(tool) {
  return tool.accepts.startsWith('=') ? tool.accepts.slice(1) : lockedPostgresVersion();
}

/**
 * Writes what was found, keeping what another purpose found before and what a person entered (a maker's own program);
 * a tool that was looked for and not found goes out.
 */
export function writeToolsFile(cache, found) {
  const digest = tableDigest();
  const before = readToolsFile(cache);
  const isOurs = (name) => TOOLS.some((tool) => tool.name === name);
  const kept = Object.entries(before?.tools ?? {}).filter(
    ([name]) => before.table === digest || !isOurs(name),
  );
  const tools = Object.fromEntries(kept);
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

/** True when every tool of the purpose is as it was when the file was written: asked by size and time, without running any. */
export function isStillTrue(file, purpose) {
  if (!file || file.table !== tableDigest() || missingFiles(purpose).length > 0) return false;
  return toolsFor(purpose).every((tool) => {
    const known = file.tools[tool.name];
    if (!known || !existsSync(known.path)) return false;
    const now = stampOf(known.path);
    return now.sizeBytes === known.sizeBytes && now.mtimeMs === known.mtimeMs;
  });
}

/** Files of Debian packages without a program that the purpose needs and that are not there. */
export function missingFiles(purpose) {
  return toolsFor(purpose, DEBIAN_FILES).filter((each) => !existsSync(each.file));
}

/** What a set-up was made from: another table, other Python pins or other PostgreSQL programs ask for a new look. */
function tableDigest() {
  const rows = TOOLS.map((tool) => ({ ...tool, versionPattern: String(tool.versionPattern) }));
  const text = JSON.stringify([rows, DEBIAN_FILES, pythonHome(''), lockedPostgresVersion()]);
  return createHash('sha256').update(text).digest('hex');
}

function stampOf(path) {
  const { size, mtimeMs } = statSync(path);
  return { sizeBytes: size, mtimeMs };
}
