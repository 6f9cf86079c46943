import type { Finding } from '../../schemas/finding.ts';
import { checkReferences } from './check-references.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import { contentFilter, type Histories, type History } from './history.ts';
import { loadHistory } from './load-history.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { joinPath } from './safe-path.ts';
import type { Tree, TreeEntry } from './tree.ts';

/** What to hold the histories against, and how far to read them. */
export type LoadOptions = {
  /** C4 of the bytes of the scope's own chain, as a catalogue recorded it at first sight: a generation deleted since is found. */
  expectedChainDigest?: string | undefined;
  /** Reads only generations before this number, per scope (`''` is the tree): how a retry sees what its first attempt saw. */
  before?: Readonly<Record<string, number>> | undefined;
};

/**
 * Reads every history of a tree, outermost first, each through its own chain. What is wrong is found, never thrown;
 * what cannot be trusted is kept apart.
 * @param listing of the whole tree, `ascmhl` folders included
 * @throws PipelineError when the tree itself fails
 */
export async function loadHistories(
  tree: Tree,
  listing: readonly TreeEntry[],
  options: LoadOptions = {},
): Promise<Histories> {
  const histories: Histories = { all: [], findings: [], standaloneManifests: [], movedFolders: new Map() };
  for (const [scope, manifestNames] of historyScopes(listing)) {
    if (scope !== '' && contentFilter(histories)(scope, true)) continue;
    const expectedChainDigest = scope === '' ? options.expectedChainDigest : undefined;
    const before = options.before?.[scope];
    histories.all.push(
      await loadHistory(tree, scope, manifestNames, { expectedChainDigest, before }, histories.findings),
    );
  }
  reportClosed(histories, listing);
  reportAbsence(histories, options, listing);
  checkReferences(histories, (folder) =>
    listing.some(({ path }) => path === folder || path.startsWith(`${folder}/`)),
  );
  return histories;
}

/**
 * Folders that hold an `ascmhl` folder, outermost first, with the names of the manifests in it. An `ascmhl` inside an `ascmhl` is none.
 * The reference tool also passes over the `._` companions that macOS leaves beside manifests.
 */
function historyScopes(listing: readonly TreeEntry[]): [string, Set<string>][] {
  const scopes = new Map<string, Set<string>>();
  for (const { path, kind } of listing) {
    const segments = path.split('/');
    const at = segments.indexOf(HISTORY_FOLDER);
    // A bucket lists no folders: there a file inside tells.
    if (at < 0 || (at === segments.length - 1 && kind !== 'directory')) continue;
    const scope = segments.slice(0, at).join('/');
    const manifests = scopes.get(scope) ?? new Set();
    scopes.set(scope, manifests);
    const name = segments[at + 1];
    const isManifest =
      at === segments.length - 2 && kind !== 'directory' && name!.endsWith('.mhl') && !name!.startsWith('._');
    if (isManifest) manifests.add(name!);
  }
  return [...scopes].sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

function depth(scope: string): number {
  return scope === '' ? 0 : scope.split('/').length;
}

/** A folder that cannot be looked into may hold a history: that is not the same as having none. A link that leads out is none. */
function reportClosed(histories: Histories, listing: readonly TreeEntry[]): void {
  for (const { path, kind, problem } of listing) {
    if (kind !== 'other' || (path !== HISTORY_FOLDER && !path.endsWith(`/${HISTORY_FOLDER}`))) continue;
    const scope = path.slice(0, -HISTORY_FOLDER.length - 1);
    if (scope.split('/').includes(HISTORY_FOLDER) || (scope !== '' && contentFilter(histories)(scope, true)))
      continue;
    const sentence = `${shown(path)} cannot be looked into: ${problem ?? 'it is no folder'}. It may hold an MHL history, so nothing here can be called verified until it can be read.`;
    histories.findings.push(documentFinding('unreadable', path, sentence, { problem }));
  }
}

function reportAbsence(histories: Histories, options: LoadOptions, listing: readonly TreeEntry[]): void {
  if (histories.all.some(({ scope }) => scope === '')) return;
  if (histories.findings.some(({ code, subject }) => code === 'unreadable' && subject.id === HISTORY_FOLDER))
    return;
  const folder = listing.find(({ path }) => path === HISTORY_FOLDER);
  const nested = histories.all.map((history: History) => joinPath(history.scope, HISTORY_FOLDER));
  const why =
    folder !== undefined && folder.kind !== 'directory'
      ? `"${HISTORY_FOLDER}" is not a folder${folder.problem === undefined ? '' : ` (${folder.problem})`}`
      : nested.length > 0
        ? `only folders inside have one (${nested.slice(0, 3).join(', ')})`
        : `there is no "${HISTORY_FOLDER}" folder`;
  const sentence = `This folder has no ASC MHL history: ${why}. Make one with "rushes mhl create".`;
  histories.findings.push(documentFinding('no-history', HISTORY_FOLDER, sentence, { nested }));
  if (options.expectedChainDigest !== undefined)
    reportLostHistory(histories.findings, options.expectedChainDigest);
}

function reportLostHistory(findings: Finding[], recorded: string): void {
  const sentence =
    'A chain was recorded for this folder when it was first seen; its whole history has been removed since.';
  findings.push(
    documentFinding('manifest-missing', HISTORY_FOLDER, sentence, { recordedChainDigest: recorded }),
  );
}
