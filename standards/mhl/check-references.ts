import type { Finding } from '../../schemas/finding.ts';
import type { Generation, Histories, History } from './history.ts';
import { FORMATS_IN_XSD_ORDER, type ManifestReference } from './manifest.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { joinPath, parentPath, pathProblem, plainPath } from './safe-path.ts';

/**
 * Follows the references of every trusted manifest to the manifests of nested histories: they must still be there and unaltered.
 * That a child has newer generations than its parent knows is lawful.
 */
export function checkReferences(histories: Histories): void {
  const byPath = new Map<string, Generation>();
  for (const history of histories.all)
    for (const generation of history.generations) byPath.set(generation.path, generation);
  const reported = new Set(histories.findings.map(({ subject }) => subject.id));
  for (const history of histories.all) {
    for (const generation of history.generations.filter(({ trusted }) => trusted)) {
      for (const reference of generation.references) {
        const found = checkReference(history, generation, reference, byPath, reported);
        if (found === null || reported.has(`${found.subject.id}\0${found.code}`)) continue;
        reported.add(`${found.subject.id}\0${found.code}`);
        histories.findings.push(found);
      }
    }
  }
}

function checkReference(
  history: History,
  generation: Generation,
  reference: ManifestReference,
  byPath: ReadonlyMap<string, Generation>,
  reported: ReadonlySet<string>,
): Finding | null {
  const problem = pathProblem(reference.path);
  if (problem !== null) {
    const sentence = `${generation.path} refers to the manifest "${shown(reference.path)}", which is not followed: ${problem}.`;
    return documentFinding('path-unsafe', generation.path, sentence, { path: reference.path, problem });
  }
  const path = joinPath(history.scope, renamed(history, plainPath(reference.path)));
  const target = byPath.get(path);
  if (target === undefined) {
    // The nested history's own chain has already said that it is missing or cannot be read.
    if (reported.has(path)) return null;
    const sentence = `${shown(path)} is missing: ${generation.path} refers to it. The nested history was removed or moved.`;
    return documentFinding('manifest-missing', path, sentence, {
      referredToBy: generation.path,
      expectedC4: reference.c4,
    });
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
