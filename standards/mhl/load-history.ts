import { PipelineError } from '../../schemas/failure.ts';
import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE, type ChainEntry } from './chain.ts';
import { checkSequence, readChainOf } from './check-chain.ts';
import { checkDirectoryHashes } from './check-directory-hashes.ts';
import { generationNumber, HISTORY_FOLDER } from './generation-name.ts';
import type { History } from './history.ts';
import { DEFAULT_IGNORE_PATTERNS } from './ignore-patterns.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { type ReadGeneration, readGeneration, toGeneration, usableRecords } from './read-generation.ts';
import { applyGeneration } from './replay.ts';
import { baseName, joinPath, parentPath } from './safe-path.ts';
import type { Tree, TreeEntry } from './tree.ts';

type Options = { expectedChainDigest: string | undefined; before: number | undefined };
type Source = { fileName: string; entry: ChainEntry | null };

/** Reads one history: the chain first, then the manifests it names in its order, then what it does not name (as evidence only). */
export async function loadHistory(
  tree: Tree,
  scope: string,
  listing: readonly TreeEntry[],
  options: Options,
  findings: Finding[],
): Promise<History> {
  const folder = joinPath(scope, HISTORY_FOLDER);
  const chain = await readChainOf(tree, folder, options.expectedChainDigest, findings);
  if (options.before !== undefined) chain.entries = chain.entries.slice(0, Math.max(0, options.before - 1));
  const history: History = {
    scope,
    chain,
    generations: [],
    files: new Map(),
    directories: new Set(),
    renames: new Map(),
    ignorePatterns: [...DEFAULT_IGNORE_PATTERNS],
  };
  checkSequence(chain.entries, joinPath(folder, CHAIN_FILE), findings);
  const present = manifestNames(listing, folder);
  for (const source of sources(chain.entries, present, options.before)) {
    await addGeneration(tree, history, folder, source, present, findings);
  }
  return history;
}

// The reference tool also passes over the `._` companions that macOS leaves beside manifests.
function manifestNames(listing: readonly TreeEntry[], folder: string): Set<string> {
  const inFolder = listing.filter(({ path, kind }) => kind !== 'directory' && parentPath(path) === folder);
  return new Set(
    inFolder
      .map(({ path }) => baseName(path))
      .filter((name) => name.endsWith('.mhl') && !name.startsWith('._')),
  );
}

function sources(
  entries: readonly ChainEntry[],
  present: ReadonlySet<string>,
  before: number | undefined,
): Source[] {
  const listed = new Set(entries.map(({ path }) => path));
  const unlisted = [...present]
    .filter((name) => !listed.has(name))
    .filter((name) => before === undefined || (generationNumber(name) ?? 0) < before)
    .sort();
  return [
    ...entries.map((entry) => ({ fileName: entry.path, entry })),
    ...unlisted.map((fileName) => ({ fileName, entry: null })),
  ];
}

async function addGeneration(
  tree: Tree,
  history: History,
  folder: string,
  { fileName, entry }: Source,
  present: ReadonlySet<string>,
  findings: Finding[],
): Promise<void> {
  const path = joinPath(folder, fileName);
  if (!present.has(fileName)) {
    const sentence = `${shown(path)} is missing: the chain names it as generation ${entry?.sequenceNumber ?? '?'}. Bring it back from another copy of this folder.`;
    findings.push(
      documentFinding('manifest-missing', path, sentence, {
        sequenceNumber: entry?.sequenceNumber,
        expectedC4: entry?.c4,
      }),
    );
    return;
  }
  const read = await attemptRead(tree, path, findings);
  if (read === null) return;
  const trusted = isVouchedFor(path, read, entry, history, findings);
  const number = entry?.sequenceNumber ?? generationNumber(fileName) ?? history.generations.length + 1;
  const generation = toGeneration(read, { number, path, fileName, trusted });
  if (generation === null) return;
  const records = usableRecords(read.records, path, findings);
  applyGeneration(history, generation, records);
  history.generations.push(generation);
  if (!trusted) return;
  if (generation.ignorePatterns.length > 0) history.ignorePatterns = generation.ignorePatterns;
  checkDirectoryHashes(history, generation, records, findings);
}

async function attemptRead(tree: Tree, path: string, findings: Finding[]): Promise<ReadGeneration | null> {
  try {
    return await readGeneration(tree, path);
  } catch (error) {
    if (!(error instanceof PipelineError) || (error.code !== 'unreadable' && error.code !== 'not-found'))
      throw error;
    findings.push(
      documentFinding('unreadable', path, `${shown(path)} cannot be read: ${error.message}`, error.facts),
    );
    return null;
  }
}

function isVouchedFor(
  path: string,
  read: ReadGeneration,
  entry: ChainEntry | null,
  history: History,
  findings: Finding[],
): boolean {
  const isListed = entry !== null;
  // Without a chain nothing is listed; that is said once, about the chain.
  if (!isListed && history.chain.bytes !== null) {
    const sentence = `${shown(path)} is not named by the chain and is not trusted: an operation did not finish, or somebody put it there or cut the chain. If an operation was interrupted, move this file away.`;
    findings.push(documentFinding('manifest-unlisted', path, sentence, { c4: read.c4 }));
  }
  if (isListed && entry.c4 !== read.c4) {
    const sentence = `${shown(path)} was altered after it was written: its C4 is ${read.c4}, the chain says ${shown(entry.c4)}. Bring it back from another copy of this folder.`;
    findings.push(
      documentFinding('manifest-altered', path, sentence, {
        expectedC4: entry.c4,
        actualC4: read.c4,
        sequenceNumber: entry.sequenceNumber,
      }),
    );
    return false;
  }
  if (read.error !== null) {
    const sentence = `${shown(path)} cannot be used: ${read.error.message} (line ${read.error.line}).`;
    findings.push(
      documentFinding(
        'unreadable',
        path,
        sentence,
        { line: read.error.line, reason: read.error.message },
        read.error.line,
      ),
    );
  }
  return isListed;
}
