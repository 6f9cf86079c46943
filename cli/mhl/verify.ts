import { basename, dirname, relative, resolve, sep } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { NewGeneration } from '../../standards/mhl/create-generations.ts';
import { type Examination, examineTree } from '../../standards/mhl/examine-tree.ts';
import { MHL_EXIT_CODES } from '../../standards/mhl/exit-code.ts';
import { recordTree } from '../../standards/mhl/record-tree.ts';
import { loadStandalone } from '../../standards/mhl/standalone-manifest.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { loadWithLegacy } from './legacy.ts';
import { withLocalHashing } from './look.ts';
import {
  creatorOf,
  folderOf,
  formatsOf,
  ignoresOf,
  type MhlOptions,
  processOf,
  readOptions,
} from './options.ts';
import { ownVersion, printJson, tellFindings, tellVerdict, verdictDocument } from './report.ts';

/** `rushes mhl verify DIR`: every file against every hash that vouches for it. Writes only with `--record`. */
export async function verify(args: string[], io: MhlOutput): Promise<number> {
  const startedAt = new Date().toISOString();
  const { values, positionals } = readOptions(args);
  const folder = folderOf(positionals);
  const result = await examine(folder, values, startedAt);
  const verdict = values.file === undefined ? result.verdict : narrowed(result, folder, values.file);
  if (values.json === true) printJson(io, verdictDocument(verdict, result.generations));
  else {
    tellFindings(io, verdict.findings);
    for (const { path } of result.generations) io.stderr(`wrote ${path}\n`);
    tellVerdict(io, verdict);
  }
  return verdict.exitCode;
}

type Result = Examination & { generations: NewGeneration[] };

function examine(folder: string, values: MhlOptions, startedAt: string): Promise<Result> {
  const tree = openLocalTree(folder);
  const manifests = [...(values.manifest ?? []), ...(values['packing-list'] ?? [])];
  const only = formatsOf(values.format);
  const expectedChainDigest = values['expect-chain'];
  if (values.record === true && manifests.length > 0) {
    const sentence = '--record appends to the history of the folder; it does not go with --manifest';
    throw new PipelineError('input-invalid', sentence, {});
  }
  return withLocalHashing(folder, tree, values.threads, async (hashing): Promise<Result> => {
    const options = { ...hashing, expectedChainDigest, ignores: ignoresOf(values) };
    if (values.record === true) {
      const creator = creatorOf(values, ownVersion());
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
        : loadWithLegacy(expectedChainDigest);
    return { ...(await examineTree(tree, { ...options, only, loadHistories })), generations: [] };
  });
}

function standalone(folder: string, path: string) {
  const file = resolve(path);
  const inside = relative(folder, file);
  const pathInScope = inside.startsWith('..') || inside === '' ? null : inside.split(sep).join('/');
  return { from: openLocalTree(dirname(file)), path: basename(file), pathInScope };
}

/** The verdict about some files only: no completeness. */
function narrowed(
  examination: Examination,
  folder: string,
  files: readonly string[],
): Examination['verdict'] {
  const { verdict, tree } = examination;
  const wanted = new Set(files.map((file) => relative(folder, resolve(folder, file)).split(sep).join('/')));
  const findings = verdict.findings.filter(
    ({ subject }) => subject.kind !== 'file' || wanted.has(subject.id),
  );
  const isAbsent = [...wanted].some((path) => !tree.present.has(path));
  const count = (code: string) =>
    findings.filter((one) => one.code === code && one.subject.kind === 'file').length;
  const failed = count('hash-mismatch') + count('unreadable') + count('hash-absent');
  const unlisted = count('file-unlisted');
  const missing = count('file-missing');
  const verified =
    [...wanted].filter((path) => tree.present.has(path) && tree.known.has(path)).length - failed;
  const faults = findings.some((one) => one.severity !== 'info');
  const exitCode = !faults && !isAbsent ? 0 : isAbsent ? MHL_EXIT_CODES.fileNotFound : verdict.exitCode;
  return {
    ...verdict,
    ok: exitCode === 0,
    exitCode,
    findings,
    counts: { verified, failed, missing, unlisted },
  };
}
