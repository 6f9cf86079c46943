import { basename, dirname, resolve } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { Finding } from '../../schemas/finding.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { COLLECTION_FILE, writeCollection } from '../../standards/mhl/collection.ts';
import { MHL_EXIT_CODES, mhlExitCode } from '../../standards/mhl/exit-code.ts';
import { flatten as flattenTree, type PackingList } from '../../standards/mhl/flatten.ts';
import { loadHistories } from '../../standards/mhl/load-histories.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { creatorOf, folderOf, type MhlOptions, readOptions } from './options.ts';
import { ownVersion, printJson, tellFindings } from './report.ts';

/**
 * `rushes mhl flatten DIR DESTINATION`: a packing list from the history. Without a destination its text goes to stdout, so that nothing is
 * written where nobody asked. `--collection` takes several folders and writes a collection beside their packing lists.
 */
export async function flatten(args: string[], io: MhlOutput): Promise<number> {
  const startedAt = new Date().toISOString();
  const { values, positionals } = readOptions('flatten', args);
  const { folders, destination } = placesOf(values, positionals);
  const lists: PackingList[] = [];
  const findings: Finding[] = [];
  for (const folder of folders) {
    const made = await flattenFolder(folder, values, startedAt);
    findings.push(...made.findings);
    if (made.list !== null) lists.push(made.list);
  }
  const exitCode = mhlExitCode(findings);
  const isGood = exitCode === MHL_EXIT_CODES.good;
  const written =
    isGood && destination !== undefined ? await write(destination, lists, values.collection === true) : [];
  if (values.json === true) printJson(io, document(lists, written, findings, exitCode));
  else {
    tellFindings(io, findings);
    for (const path of written) io.stderr(`wrote ${path}\n`);
    if (destination === undefined && isGood)
      for (const { bytes } of lists) io.stdout(Buffer.from(bytes).toString('utf8'));
  }
  return exitCode;
}

/** With one folder the second word is the destination; with a collection the last one is, unless `--output` names it. */
function placesOf(
  values: MhlOptions,
  positionals: readonly string[],
): { folders: string[]; destination: string | undefined } {
  const isCollection = values.collection === true;
  const destination = values.output ?? (positionals.length > 1 ? positionals.at(-1) : undefined);
  if (isCollection && destination === undefined) {
    throw new PipelineError(
      'input-invalid',
      'A collection needs a destination: rushes mhl flatten DIR DIR --collection --output DESTINATION',
      {},
    );
  }
  const last =
    values.output === undefined && positionals.length > 1 ? positionals.length - 1 : positionals.length;
  const count = isCollection ? last : 1;
  if (positionals.length > count + (values.output === undefined ? 1 : 0)) {
    throw new PipelineError(
      'input-invalid',
      'Several folders are flattened together with --collection only',
      { positionals },
    );
  }
  return {
    folders: Array.from({ length: Math.max(1, count) }, (_, index) => folderOf(positionals, index)),
    destination,
  };
}

function document(
  lists: readonly PackingList[],
  written: readonly string[],
  findings: readonly Finding[],
  exitCode: number,
) {
  const packingLists = lists.map(({ fileName, bytes, fileCount }, index) => ({
    fileName,
    path: written[index] ?? null,
    c4: hashBytes('c4', bytes),
    fileCount,
  }));
  return {
    version: 1,
    kind: 'mhl-packing-list',
    ok: exitCode === 0,
    packingLists,
    written,
    findings,
    exitCode,
  };
}

async function flattenFolder(
  folder: string,
  values: MhlOptions,
  startedAt: string,
): Promise<{ list: PackingList | null; findings: Finding[] }> {
  const tree = openLocalTree(folder);
  const histories = await loadHistories(tree, await listTree(tree));
  if (mhlExitCode(histories.findings) !== 0) return { list: null, findings: histories.findings };
  const list = await flattenTree(tree, histories, { startedAt, creator: creatorOf(values, ownVersion()) });
  return { list, findings: [...histories.findings, ...list.findings] };
}

/** Writes into a folder under the standard name, or as the file that the destination names. */
async function write(
  destination: string,
  lists: readonly PackingList[],
  isCollection: boolean,
): Promise<string[]> {
  const isFile = destination.endsWith('.mhl');
  const folder = resolve(isFile ? dirname(destination) : destination);
  const tree = openLocalTree(folder);
  const files = lists.map(({ fileName, bytes }) => ({
    path: isFile ? basename(destination) : fileName,
    bytes,
  }));
  if (isCollection) {
    files.push({
      path: COLLECTION_FILE,
      bytes: writeCollection(files.map(({ path, bytes }) => ({ path, c4: hashBytes('c4', bytes) }))),
    });
  }
  for (const { path, bytes } of files) {
    if ((await tree.writeIfAbsent(path, bytes)) === 'exists') {
      throw new PipelineError(
        'refused-by-rule',
        `"${path}" is in "${folder}" already; a packing list is never overwritten`,
        { path },
      );
    }
  }
  return files.map(({ path }) => resolve(folder, path));
}
