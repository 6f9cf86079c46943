import { basename, dirname, relative, resolve, sep } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { NewGeneration } from '../../standards/mhl/create-generations.ts';
import { type Examination, examineTree } from '../../standards/mhl/examine-tree.ts';
import { MHL_EXIT_CODES } from '../../standards/mhl/exit-code.ts';
import { loadAnyHistory } from '../../standards/mhl/load-any-history.ts';
import { fileFinding, shown } from '../../standards/mhl/mhl-finding.ts';
import { loadStandalone } from '../../standards/mhl/standalone-manifest.ts';
import type { Tree, TreeEntry } from '../../standards/mhl/tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { terminalProgress, withLocalHashing } from './look.ts';
import {
  creatorOf,
  folderOf,
  formatsOf,
  ignoresOf,
  type MhlOptions,
  pathsOf,
  processOf,
  readOptions,
} from './options.ts';
import { ownVersion, printJson, tellFindings, tellVerdict, verdictDocument } from './report.ts';

/** `rushes mhl verify DIR`: every file against every hash that vouches for it. Writes only with `--record`. */
export async function verify(args: string[], io: MhlOutput): Promise<number> {
  const startedAt = new Date().toISOString();
  const { values, positionals } = readOptions('verify', args);
  const folder = folderOf(positionals);
  const result = await examine(folder, values, startedAt, io);
  const paths = pathsOf(folder, values);
  const verdict = paths === undefined ? result.verdict : aboutFiles(result, paths);
  if (values.json === true) printJson(io, verdictDocument(verdict, result.generations));
  else {
    tellFindings(io, verdict.findings);
    for (const { path } of result.generations) io.stderr(`wrote ${path}\n`);
    tellVerdict(io, verdict);
  }
  return verdict.exitCode;
}

type Result = Examination & { generations: NewGeneration[] };

function examine(folder: string, values: MhlOptions, startedAt: string, io: MhlOutput): Promise<Result> {
  const tree = openLocalTree(folder);
  const manifests = [...(values.manifest ?? []), ...(values['packing-list'] ?? [])];
  const only = formatsOf(values.format);
  const expectedChainDigest = values['expect-chain'];
  if (values.record === true && manifests.length > 0) {
    const sentence = '--record appends to the history of the folder; it does not go with --manifest';
    throw new PipelineError('input-invalid', sentence, {});
  }
  return withLocalHashing(
    folder,
    tree,
    { threads: values.threads, formats: values.record === true ? (only ?? ['xxh128']) : undefined },
    async (hashing): Promise<Result> => {
      const options = {
        ...hashing,
        expectedChainDigest,
        ignores: ignoresOf(values),
        paths: pathsOf(folder, values),
      };
      if (values.record === true) {
        const creator = creatorOf(values, ownVersion());
        // Loaded where it is wanted: most verifications write nothing.
        const { recordTree } = await import('../../standards/mhl/record-tree.ts');
        return recordTree(tree, {
          ...options,
          formats: only ?? ['xxh128'],
          startedAt,
          process: processOf(values),
          creator,
        });
      }
      const loadHistories =
        manifests.length > 0
          ? () => loadStandalone(manifests.map((path) => standalone(folder, path)))
          : (from: Tree, listing: readonly TreeEntry[]) =>
              loadAnyHistory(from, listing, { expectedChainDigest });
      return { ...(await examineTree(tree, { ...options, only, loadHistories })), generations: [] };
    },
    terminalProgress(io, process.stderr.isTTY === true && values.json !== true),
  );
}

function standalone(folder: string, path: string) {
  const file = resolve(path);
  const inside = within(folder, file);
  const scopeFromThere = within(dirname(file), folder) ?? undefined;
  return { from: openLocalTree(dirname(file)), path: basename(file), pathInScope: inside, scopeFromThere };
}

function within(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  return inside === '..' || inside.startsWith(`..${sep}`) || inside === ''
    ? null
    : inside.split(sep).join('/');
}

/** The verdict about named files: one that is not there is no missing file of the card but a wrong question, or a wrong answer. */
function aboutFiles({ verdict, tree }: Examination, paths: readonly string[]): Examination['verdict'] {
  const isThere = (path: string) =>
    tree.present.has(path) || tree.folders.has(path) || tree.unusable.some((entry) => entry.path === path);
  if (paths.every(isThere) || verdict.exitCode > MHL_EXIT_CODES.filesUnlisted) return verdict;
  const exitCode =
    verdict.exitCode === MHL_EXIT_CODES.hashMismatch ? verdict.exitCode : MHL_EXIT_CODES.fileNotFound;
  const unknown = paths.filter((path) => !isThere(path) && !tree.known.has(path));
  const findings = [
    ...verdict.findings,
    ...unknown.map((path) =>
      fileFinding('file-missing', path, `${shown(path)} is neither there nor recorded.`, { recorded: false }),
    ),
  ];
  return { ...verdict, ok: false, exitCode, findings };
}
