import { readFileSync, statSync } from 'node:fs';
import { PipelineError } from '../../schemas/failure.ts';
import type { Finding } from '../../schemas/finding.ts';
import { COLLECTION_FILE, readCollection } from '../../standards/mhl/collection.ts';
import { mhlExitCode } from '../../standards/mhl/exit-code.ts';
import type { Generation, Histories, History } from '../../standards/mhl/history.ts';
import { loadAnyHistory } from '../../standards/mhl/load-any-history.ts';
import { ManifestError } from '../../standards/mhl/manifest.ts';
import { readManifest } from '../../standards/mhl/manifest-reader.ts';
import { shown } from '../../standards/mhl/mhl-finding.ts';
import { joinPath } from '../../standards/mhl/safe-path.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { folderOf, pathsOf, readOptions } from './options.ts';
import { printJson, tellFindings } from './report.ts';

/** `rushes mhl info DIR`: what the histories of a folder say; of one file with `--file`; of one manifest when it is named itself. No file is hashed. */
export async function info(args: string[], io: MhlOutput): Promise<number> {
  const { values, positionals } = readOptions('info', args);
  if (positionals[0] !== undefined && statSync(positionals[0], { throwIfNoEntry: false })?.isFile() === true)
    return manifestInfo(positionals[0], io);
  const folder = folderOf(positionals);
  const tree = openLocalTree(folder);
  const collection = await readCollection(tree);
  if (collection !== null) {
    const exitCode = mhlExitCode(collection.findings);
    if (values.json === true)
      printJson(io, { version: 1, kind: 'mhl-collection', ok: exitCode === 0, ...collection });
    else {
      io.stdout(
        `${COLLECTION_FILE}\n${collection.entries.map(({ path, c4 }) => `  ${shown(path)}  ${c4}\n`).join('')}`,
      );
      tellFindings(io, collection.findings);
    }
    return exitCode;
  }
  const histories = await loadAnyHistory(tree, await listTree(tree), {
    expectedChainDigest: values['expect-chain'],
  });
  const files = pathsOf(folder, values) ?? [];
  const exitCode = mhlExitCode(histories.findings);
  if (values.json === true) printJson(io, document(histories, files));
  else {
    for (const history of histories.all) io.stdout(historyText(history, values.verbose === true));
    for (const file of files) io.stdout(fileText(histories, file));
    tellFindings(io, histories.findings);
  }
  return exitCode;
}

function document({ all, findings }: Histories, files: readonly string[]) {
  const histories = all.map(({ scope, generations, chain, ignorePatterns, ...history }) => ({
    scope,
    chainDigest: chain.digest,
    ignorePatterns,
    fileCount: history.files.size,
    generations: generations.map(({ references, ...generation }) => ({ ...generation, references })),
  }));
  const known = files.map((path) => ({
    path,
    digests: digestsOf(all, path),
    renamedTo: all.map(({ renames }) => renames.get(path)).find(Boolean) ?? null,
  }));
  return {
    version: 1,
    kind: 'mhl-info',
    ok: mhlExitCode(findings) === 0,
    histories,
    files: known,
    findings: findings satisfies Finding[],
  };
}

function historyText({ scope, generations, files }: History, verbose: boolean): string {
  const lines = [
    `${scope === '' ? '.' : shown(scope)}: ${generations.length} generations, ${files.size} files`,
  ];
  for (const one of generations) {
    lines.push(
      `  ${String(one.number).padStart(4, '0')}  ${one.creator.creationDate}  ${one.process ?? ''}${one.trusted ? '' : '  NOT TRUSTED'}`,
    );
    if (verbose) lines.push(...generationLines(one));
  }
  return `${lines.join('\n')}\n`;
}

function generationLines({
  creator,
  fileName,
  c4,
  rootHash,
  fileCount,
  directoryCount,
}: Generation): string[] {
  const people = creator.authors.map(({ name, role }) => (role === undefined ? name : `${name} [${role}]`));
  const roots = Object.entries(rootHash?.content ?? {}).map(
    ([format, digest]) =>
      `        root hash  ${format} ${digest} (content), ${rootHash!.structure[format as 'md5'] ?? ''} (structure)`,
  );
  return [
    `        ${shown(fileName)}  ${fileCount} files, ${directoryCount} folders`,
    `        ${shown([creator.hostname, `${creator.tool.name} ${creator.tool.version}`, ...people, creator.location ?? '', creator.comment ?? ''].filter(Boolean).join(', '))}`,
    `        ${c4}`,
    ...roots,
  ];
}

function fileText({ all }: Histories, path: string): string {
  const digests = digestsOf(all, path);
  if (digests.length === 0) return `${shown(path)}: no record\n`;
  return `${shown(path)}:\n${digests.map(({ format, digest, action, generation }) => `  ${format} ${digest} (${action ?? 'no action'}, generation ${generation})\n`).join('')}`;
}

function digestsOf(all: readonly History[], path: string) {
  return all.flatMap(({ scope, files }) =>
    [...files.values()]
      .filter((file) => joinPath(scope, file.path) === path)
      .flatMap(({ digests }) => digests),
  );
}

function manifestInfo(path: string, io: MhlOutput): number {
  try {
    printJson(io, { kind: 'mhl-manifest', ...readManifest(readFileSync(path)), version: 1 });
    return 0;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new PipelineError(
      'unreadable',
      `"${path}" cannot be used: ${error.message} (line ${error.line})`,
      { path, line: error.line },
      { cause: error },
    );
  }
}
