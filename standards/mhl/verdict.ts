import type { Finding } from '../../schemas/finding.ts';
import type { HashFormat } from '../../schemas/hash.ts';
import type { ComputedDigests } from '../hash/hasher.ts';
import { compareKnown, type ListComparison } from './compare-lists.ts';
import { mhlExitCode } from './exit-code.ts';
import { findRenames, type Rename } from './find-renames.ts';
import type { Histories, KnownFile } from './history.ts';
import type { KnownTree } from './known-tree.ts';
import { fileFinding, shown } from './mhl-finding.ts';
import { digestsToCheck, formatsToCheck } from './plan-hashing.ts';
import type { TreeEntry } from './tree.ts';

/** What reading a file gave: its digests, or why it could not be read. */
export type Observation = { digests: ComputedDigests } | { error: string };

/** Files read, by path relative to the tree. */
export type Observations = ReadonlyMap<string, Observation>;

/** The answer about a whole tree. */
export type Verdict = {
  /** No finding that has an exit code: what is only worth knowing leaves it true. */
  ok: boolean;
  counts: { verified: number; failed: number; missing: number; unlisted: number };
  findings: Finding[];
  exitCode: number;
  renames: Rename[];
};

/** How strictly, and about what, to judge. */
export type VerdictOptions = {
  /** Of recorded formats only these are checked, for files that have one of them; default all. */
  only?: readonly HashFormat[] | undefined;
  /** Whether a missing file that is there under another name is found as renamed; default true. */
  detectRenames?: boolean | undefined;
};

/** Judges a tree: every recorded file against every hash that vouches for it, the lists against each other, renames recognised. */
export function judge(
  histories: Histories,
  tree: KnownTree,
  observations: Observations,
  options: VerdictOptions = {},
): Verdict {
  const lists = compareKnown(histories, tree);
  const renames = options.detectRenames === false ? [] : renamesAmong(tree, lists, observations);
  const missing = new Set(lists.missing);
  const from = new Set(renames.map((rename) => rename.from));
  const to = new Set(renames.map((rename) => rename.to));
  const files = judgeFiles(tree, observations, options.only);
  const findings = [
    ...histories.findings,
    ...files.findings,
    ...renames.map(renameFinding),
    ...lists.findings.filter(
      ({ code, subject }) =>
        !(code === 'file-missing' && from.has(subject.id)) &&
        !(code === 'file-unlisted' && to.has(subject.id)),
    ),
  ];
  const exitCode = mhlExitCode(findings);
  // A link or a folder that cannot be read stands where recorded files should be: those are not verified either.
  const unusable = [...tree.known.keys()].filter(
    (path) => !tree.present.has(path) && !missing.has(path),
  ).length;
  const counts = {
    verified: files.verified,
    failed: files.failed + unusable,
    missing: lists.missing.length + lists.missingFolders.length - from.size,
    unlisted: lists.unlisted.filter((path) => !to.has(path)).length,
  };
  return { ok: exitCode === 0, counts, findings, exitCode, renames };
}

function judgeFiles(tree: KnownTree, observations: Observations, only: VerdictOptions['only']) {
  const result = { verified: 0, failed: 0, findings: [] as Finding[] };
  for (const [path, file] of tree.known) {
    const entry = tree.present.get(path);
    if (entry === undefined) continue;
    const found = judgeFile(file, entry, observations.get(path), only);
    if (found === 'verified') result.verified += 1;
    else if (found !== 'unvouched') {
      result.failed += 1;
      result.findings.push(found);
    }
  }
  for (const [path, observation] of observations) {
    if (!tree.known.has(path) && 'error' in observation)
      result.findings.push(unreadableFinding(path, observation.error, false));
  }
  return result;
}

/**
 * One file against its records. `unvouched`: it agrees with a manifest that the chain does not vouch for, which verifies nothing;
 * the finding about that manifest says so.
 */
function judgeFile(
  file: KnownFile,
  entry: TreeEntry,
  observation: Observation | undefined,
  only: VerdictOptions['only'],
): Finding | 'verified' | 'unvouched' {
  if (observation !== undefined && 'error' in observation)
    return unreadableFinding(file.path, observation.error, true);
  const formats = new Set(formatsToCheck(file, only));
  const expected = digestsToCheck(file).filter(({ format }) => formats.has(format));
  if (expected.length === 0) return absentFinding(file, entry);
  const unread = expected.find(({ format }) => observation?.digests[format] === undefined);
  if (observation === undefined || unread !== undefined)
    throw new Error(`"${file.path}" was judged before it was hashed in ${unread?.format}`);
  const wrong = expected.filter(({ format, digest }) => observation.digests[format] !== digest);
  if (wrong.length > 0) return mismatchFinding(file, wrong, expected.length, observation.digests);
  return expected.every(({ trusted }) => trusted) ? 'verified' : 'unvouched';
}

function mismatchFinding(
  file: KnownFile,
  wrong: KnownFile['digests'],
  checked: number,
  digests: ComputedDigests,
): Finding {
  const { format, digest, generation, trusted } = wrong[0]!;
  const actual = digests[format]!;
  const contradiction = wrong.length < checked && wrong.length > 0;
  const sentence = contradiction
    ? `${shown(file.path)} satisfies some of its recorded hashes and not all: its ${format} is ${actual}, generation ${generation} recorded ${shown(digest) || 'nothing'}. The records contradict each other or the file.`
    : `${shown(file.path)} is not the file that was recorded: its ${format} is ${actual}, generation ${generation} recorded ${shown(digest) || 'nothing'}. Copy it again from its source.`;
  return fileFinding('hash-mismatch', file.path, sentence, {
    format,
    expected: digest,
    actual,
    generation,
    all: wrong.map((one) => ({
      format: one.format,
      expected: one.digest,
      actual: digests[one.format],
      generation: one.generation,
    })),
    ...(trusted ? {} : { untrustedRecord: true }),
  });
}

// Legacy manifests may keep the size alone: it can tell that a file is wrong, never that it is right.
function absentFinding(file: KnownFile, entry: TreeEntry): Finding {
  if (file.sizeBytes !== null && file.sizeBytes !== entry.sizeBytes) {
    const sentence = `${shown(file.path)} is not the file that was recorded: it has ${entry.sizeBytes} bytes, recorded are ${file.sizeBytes}.`;
    return fileFinding('hash-mismatch', file.path, sentence, {
      expectedBytes: file.sizeBytes,
      actualBytes: entry.sizeBytes,
    });
  }
  if (file.hasFailed) {
    const sentence = `${shown(file.path)} has only failed hashes in its records: nothing was ever good that it could be compared with.`;
    return fileFinding('hash-mismatch', file.path, sentence, { onlyFailedHashes: true });
  }
  const sentence = `${shown(file.path)} is recorded without a hash in a known format: it cannot be verified.`;
  return fileFinding('hash-absent', file.path, sentence, { recordedSizeBytes: file.sizeBytes });
}

function unreadableFinding(path: string, error: string, recorded: boolean): Finding {
  return fileFinding('unreadable', path, `${shown(path)} cannot be read: ${error}`, { recorded, error });
}

function renameFinding({ from, to }: Rename): Finding {
  const unicode = from.normalize('NFC') === to.normalize('NFC');
  const why = unicode
    ? ' The two names differ only in their Unicode form (NFC, NFD): a copy over another file system did that.'
    : '';
  return fileFinding(
    'file-renamed',
    to,
    `${shown(to)} is the file that was recorded as ${shown(from)}: same content, another name.${why}`,
    {
      previousPath: from,
      unicodeFormOnly: unicode,
    },
  );
}

function renamesAmong(tree: KnownTree, lists: ListComparison, observations: Observations): Rename[] {
  const unlisted = new Map<string, ComputedDigests>();
  for (const path of tree.present.keys()) {
    const observation = tree.known.has(path) ? undefined : observations.get(path);
    if (observation !== undefined && 'digests' in observation) unlisted.set(path, observation.digests);
  }
  return findRenames(
    lists.missing.map((path) => tree.known.get(path)!),
    unlisted,
  );
}
