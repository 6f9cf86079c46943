import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { toolPath } from '../support/tools.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const LISTS = path.resolve(REPOSITORY, '../shared/data/edl');

/** Real cut lists that lie beside the project and are never copied into it; null when they are not there. */
export function realLists(): string[] | null {
  return existsSync(LISTS)
    ? readdirSync(LISTS)
        .filter((name) => name.endsWith('.edl'))
        .sort()
        .map((name) => path.join(LISTS, name))
    : null;
}

/** Asks the other readers (pycmx, OpenTimelineIO); null when Python or they are not installed. */
export function askSecondReader<T>(request: Record<string, unknown>): T | null {
  let python: string;
  try {
    python = toolPath('python');
  } catch {
    return null;
  }
  const run = spawnSync(python, [path.join(import.meta.dirname, 'cutlist-readers.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0 && /ModuleNotFoundError/.test(run.stderr)) return null;
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as T;
}

/** Says plainly why a comparison was left out. */
export function left(what: string): void {
  console.warn(`left out: ${what}`);
}
