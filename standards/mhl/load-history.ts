import { PipelineError } from '../../schemas/failure.ts';
import type { Finding } from '../../schemas/finding.ts';
import { CHAIN_FILE, type ChainEntry } from './chain.ts';
import { checkSequence, readChainOf } from './check-chain.ts';
import { checkDirectoryHashes } from './check-directory-hashes.ts';
import { generationNumber, HISTORY_FOLDER } from './generation-name.ts';
import { emptyHistory, type History } from './history.ts';
import { ManifestError } from './manifest.ts';
import { documentFinding, shown, unusableManifest } from './mhl-finding.ts';
import { type ReadGeneration, readGeneration, toGeneration, usableRecords } from './read-generation.ts';
import { applyGeneration } from './replay.ts';
import { joinPath } from './safe-path.ts';
import type { Tree } from './tree.ts';

type Options = { expectedChainDigest: string | undefined; before: number | undefined };
type Source = { fileName: string; entry: ChainEntry | null };

/** Looks again at a history that somebody continues while it is read. */
const LOOKS = 3;

/**
 * Reads one history: the chain first, then the manifests it names in its order, then what it does not name (as evidence only).
 * @param manifestNames names of the manifests that the listing showed in its folder
 */
export async function loadHistory(
  tree: Tree,
  scope: string,
  manifestNames: ReadonlySet<string>,
  options: Options,
  findings: Finding[],
): Promise<History> {
  for (let look = 1; ; look += 1) {
    const found: Finding[] = [];
    const history = await readOnce(tree, scope, manifestNames, options, found);
    const isUnlisted = found.some(({ code }) => code === 'manifest-unlisted');
    // The listing is older than the chain was when it was read, and the chain may have been about to name that manifest.
    if (look < LOOKS && isUnlisted && (await hasGrown(tree, history))) continue;
    findings.push(...found);
    return history;
  }
}

async function readOnce(
  tree: Tree,
  scope: string,
  manifestNames: ReadonlySet<string>,
  options: Options,
  findings: Finding[],
): Promise<History> {
  const folder = joinPath(scope, HISTORY_FOLDER);
  const chain = await readChainOf(tree, folder, options.expectedChainDigest, findings);
  if (options.before !== undefined) chain.entries = chain.entries.slice(0, Math.max(0, options.before - 1));
  const history = emptyHistory(scope, chain);
  checkSequence(chain.entries, joinPath(folder, CHAIN_FILE), findings);
  for (const source of sources(chain.entries, manifestNames, options.before)) {
    await addGeneration(tree, history, joinPath(folder, source.fileName), source, findings);
  }
  return history;
}

async function hasGrown(tree: Tree, history: History): Promise<boolean> {
  const { digest } = await readChainOf(tree, joinPath(history.scope, HISTORY_FOLDER), undefined, []);
  return digest !== history.chain.digest;
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
  path: string,
  { fileName, entry }: Source,
  findings: Finding[],
): Promise<void> {
  const read = await attemptRead(tree, path, entry, findings);
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

async function attemptRead(
  tree: Tree,
  path: string,
  entry: ChainEntry | null,
  findings: Finding[],
): Promise<ReadGeneration | null> {
  try {
    return asOfThisFormat(await readGeneration(tree, path));
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === 'not-found') {
      const sentence = `${shown(path)} is missing: the chain names it as generation ${entry?.sequenceNumber ?? '?'}. Bring it back from another copy of this folder.`;
      const technical = { sequenceNumber: entry?.sequenceNumber, expectedC4: entry?.c4 };
      findings.push(documentFinding('manifest-missing', path, sentence, technical));
    } else if (error.code === 'unreadable') {
      findings.push(
        documentFinding('unreadable', path, `${shown(path)} cannot be read: ${error.message}`, error.facts),
      );
    } else throw error;
    return null;
  }
}

// A legacy list knows neither generations nor actions: in a history it is no manifest, whoever vouches for it.
function asOfThisFormat(read: ReadGeneration): ReadGeneration {
  if (read.header === null || read.header.version === '2.0') return read;
  const error = new ManifestError(`a legacy hash list of version ${read.header.version}, expected 2.0`, 1);
  return { c4: read.c4, header: null, records: [], error };
}

function isVouchedFor(
  path: string,
  read: ReadGeneration,
  entry: ChainEntry | null,
  history: History,
  findings: Finding[],
): boolean {
  const isListed = entry !== null;
  // Without a chain that can be read nothing is listed; that is said once, about the chain.
  if (!isListed && history.chain.bytes !== null && history.chain.isUnreadable !== true) {
    const sentence = `${shown(path)} is not named by the chain and is not trusted: an operation was interrupted, and the next that writes a generation here completes it; or somebody put it there or cut the chain: then bring the chain back from another copy, or move this file away.`;
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
    findings.push(unusableManifest(path, read.error));
  }
  return isListed;
}
