import type { Finding } from '../../schemas/finding.ts';
import { HISTORY_FOLDER } from './generation-name.ts';
import { contentFilter, type Generation, type Histories, type History } from './history.ts';
import { FORMATS_IN_XSD_ORDER, type ManifestReference } from './manifest.ts';
import { documentFinding, fileFinding, shown } from './mhl-finding.ts';
import { joinPath, parentPath, pathProblem, plainPath } from './safe-path.ts';

/**
 * Follows the references of every trusted manifest to the manifests of nested histories: they must still be there and unaltered.
 * That a child has newer generations than its parent knows is lawful.
 */
export function checkReferences(histories: Histories, isThere: (folder: string) => boolean): void {
  const isIgnored = contentFilter(histories);
  const known: KnownManifests = {
    byPath: new Map(),
    scopeByC4: new Map(),
    isThere,
    isIgnored: (folder) => isIgnored(folder, true),
    moved: histories.movedFolders,
  };
  for (const { scope, generations } of histories.all)
    for (const generation of generations) {
      known.byPath.set(generation.path, generation);
      if (generation.trusted) known.scopeByC4.set(generation.c4, scope);
    }
  const reported = new Set(histories.findings.map(({ subject }) => subject.id));
  for (const history of histories.all) {
    for (const generation of history.generations.filter(({ trusted }) => trusted)) {
      for (const reference of generation.references) {
        const found = checkReference(history, generation, reference, known, reported);
        if (found === null || reported.has(`${found.subject.id}\0${found.code}`)) continue;
        reported.add(`${found.subject.id}\0${found.code}`);
        histories.findings.push(found);
      }
    }
  }
  for (const [now, was] of histories.movedFolders) histories.findings.push(movedFinding(now, was));
}

type KnownManifests = {
  byPath: Map<string, Generation>;
  /** Scope of the history that holds a manifest that its chain vouches for. */
  scopeByC4: Map<string, string>;
  isThere: (folder: string) => boolean;
  isIgnored: (folder: string) => boolean;
  moved: Map<string, string>;
};

function checkReference(
  history: History,
  generation: Generation,
  reference: ManifestReference,
  known: KnownManifests,
  reported: ReadonlySet<string>,
): Finding | null {
  const problem = pathProblem(reference.path);
  if (problem !== null) {
    const sentence = `${generation.path} refers to the manifest "${shown(reference.path)}", which is not followed: ${problem}.`;
    return documentFinding('path-unsafe', generation.path, sentence, { path: reference.path, problem });
  }
  const path = joinPath(history.scope, renamed(history, plainPath(reference.path)));
  const target = known.byPath.get(path);
  if (target === undefined) {
    // The nested history's own chain has already said that it is missing or cannot be read; or its folder that nobody can look into it.
    const isTold = reported.has(path) || reported.has(parentPath(path));
    return isTold ? null : absentFinding(path, generation, reference, known);
  }
  if (target.c4 !== reference.c4) {
    const sentence = `${shown(path)} is not the manifest that ${generation.path} refers to: its C4 is ${target.c4}, expected ${shown(reference.c4)}.`;
    return documentFinding('manifest-altered', path, sentence, {
      referredToBy: generation.path,
      expectedC4: reference.c4,
      actualC4: target.c4,
    });
  }
  return checkNestedHash(generation, parentPath(parentPath(plainPath(reference.path))), target);
}

// A history tells by its manifests that it is the one referred to, wherever its folder lies now.
function absentFinding(
  path: string,
  generation: Generation,
  { c4 }: ManifestReference,
  known: KnownManifests,
): Finding | null {
  const folder = parentPath(parentPath(path));
  // What a pattern takes out of the content is not read, its history included: that files are left out is told.
  if (known.isIgnored(folder)) return null;
  const now = known.scopeByC4.get(c4);
  const technical = { referredToBy: generation.path, expectedC4: c4 };
  if (known.isThere(folder)) {
    const sentence = `${shown(path)} is missing: ${generation.path} refers to it. The nested history was removed.`;
    return documentFinding('manifest-missing', path, sentence, technical);
  }
  if (now !== undefined && now !== '') {
    known.moved.set(now, folder);
    return null;
  }
  const sentence = `The folder "${shown(folder)}" is not there, nor the history of its own that ${generation.path} refers to: what it held is not known here. Copy it again from its source.`;
  return documentFinding('manifest-missing', joinPath(folder, HISTORY_FOLDER), sentence, {
    ...technical,
    isFolderGone: true,
  });
}

function movedFinding(now: string, was: string): Finding {
  const sentence = `The folder "${shown(now)}" is the one that was recorded as "${shown(was)}": it holds the history that was referred to there.`;
  return fileFinding('file-renamed', now, sentence, { previousPath: was, isFolder: true });
}

// What the parent says about the nested folder must be what the nested manifest says about its root.
function checkNestedHash(generation: Generation, folder: string, target: Generation): Finding | null {
  const claim = generation.nestedFolders.find(({ path }) => path === folder);
  if (claim === undefined || target.rootHash === null) return null;
  for (const kind of ['content', 'structure'] as const) {
    for (const format of FORMATS_IN_XSD_ORDER) {
      const [outer, inner] = [claim[kind][format], target.rootHash[kind][format]];
      if (outer === undefined || inner === undefined || outer === inner) continue;
      const sentence = `The ${format} hash of the folder "${shown(folder)}" in ${shown(generation.path)} differs from the root hash in ${shown(target.path)}, to which it refers.`;
      return documentFinding('directory-hash-mismatch', generation.path, sentence, {
        folder,
        format,
        recorded: outer,
        nested: inner,
      });
    }
  }
  return null;
}

// A folder that holds a nested history may have been renamed by a later generation.
function renamed(history: History, path: string): string {
  for (let folder = parentPath(path); folder !== ''; folder = parentPath(folder)) {
    const now = history.renames.get(folder);
    if (now !== undefined) return now + path.slice(folder.length);
  }
  return path;
}
