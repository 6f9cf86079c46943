import type { Finding } from '../../schemas/finding.ts';
import { examineTree } from '../../standards/mhl/examine-tree.ts';
import { mhlExitCode } from '../../standards/mhl/exit-code.ts';
import { loadAnyHistory } from '../../standards/mhl/load-any-history.ts';
import { type RecordOptions, recordTree } from '../../standards/mhl/record-tree.ts';
import { legacyManifestsIn } from '../../standards/mhl/standalone-manifest.ts';
import { listTree, type Tree } from '../../standards/mhl/tree.ts';
import { isXmlText } from '../../standards/mhl/xml-text.ts';
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

/** What a new generation settles: files and folders that it has just recorded, and that there was no history. */
const SETTLED = new Set(['no-history', 'chain-missing', 'file-unlisted']);

function isSettled({ code, technical }: Finding): boolean {
  return SETTLED.has(code) || (code === 'directory-hash-mismatch' && technical.added !== undefined);
}

type Recorded = Awaited<ReturnType<typeof recordTree>>;

/** `rushes mhl create DIR`: verifies what is recorded, and writes a generation with the results; the first one where there is none. */
export async function create(args: string[], io: MhlOutput): Promise<number> {
  const startedAt = new Date().toISOString();
  const { values, positionals } = readOptions('create', args);
  const folder = folderOf(positionals);
  const result = await record(folder, values, startedAt, io);
  const wasWritten = result.generations.length > 0;
  const findings = result.verdict.findings.filter((finding) => !wasWritten || !isSettled(finding));
  // A rename is settled too, but worth telling.
  const exitCode = mhlExitCode(
    wasWritten ? findings.filter(({ code }) => code !== 'file-renamed') : findings,
  );
  const verdict = { ...result.verdict, findings, exitCode, ok: exitCode === 0 };
  const recorded = [...result.observations].filter(
    ([path, one]) => 'digests' in one && isXmlText(path),
  ).length;
  if (values.json === true) printJson(io, { ...verdictDocument(verdict, result.generations), recorded });
  else {
    tellFindings(io, findings);
    for (const { path } of result.generations) io.stderr(`wrote ${path}\n`);
    if (wasWritten) io.stderr(`${recorded} files recorded\n`);
    else
      io.stderr(
        "nothing was written: the history, or the card's own list, must be whole and hold before anything is added\n",
      );
    tellVerdict(io, verdict);
  }
  return exitCode;
}

function record(folder: string, values: MhlOptions, startedAt: string, io: MhlOutput) {
  const tree = openLocalTree(folder);
  const options = {
    formats: formatsOf(values.format) ?? ['xxh128' as const],
    ignores: ignoresOf(values),
    paths: pathsOf(folder, values),
    detectRenames: values['no-detect-renaming'] !== true && values.file === undefined,
    withoutDirectoryHashes: values['no-directory-hashes'] === true,
    startedAt,
    process: processOf(values),
    creator: creatorOf(values, ownVersion()),
  };
  return withLocalHashing(
    folder,
    tree,
    { threads: values.threads, formats: options.formats },
    (hashing) => recordBesideLegacy(tree, { ...hashing, ...options }),
    terminalProgress(io, process.stderr.isTTY === true && values.json !== true),
  );
}

/**
 * Records a folder. Where legacy MHL 1.x lists are all that is known of it, the first generation must not vouch for what they convict:
 * a file that differs from them stops it; what else they tell is told beside.
 */
async function recordBesideLegacy(tree: Tree, options: RecordOptions): Promise<Recorded> {
  if (legacyManifestsIn(await listTree(tree)).length === 0) return recordTree(tree, options);
  const legacy = await examineTree(tree, {
    ...options,
    loadHistories: (from, listing) => loadAnyHistory(from, listing),
  });
  if (legacy.verdict.findings.some(({ code }) => code === 'hash-mismatch'))
    return { ...legacy, generations: [] };
  const recorded = await recordTree(tree, { ...options, onListed: undefined, known: legacy.observations });
  const told = legacy.verdict.findings.filter(
    ({ code, subject }) => subject.kind === 'file' && code !== 'file-unlisted' && code !== 'os-file',
  );
  const { verdict } = recorded;
  return { ...recorded, verdict: { ...verdict, findings: [...told, ...verdict.findings] } };
}
