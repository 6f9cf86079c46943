import type { Finding } from '../../schemas/finding.ts';
import type { HashFormat } from '../../schemas/hash.ts';
import { hashChildren } from './directory-hashes.ts';
import type { Generation, History } from './history.ts';
import {
  type DirectoryDigests,
  type DirectoryRecord,
  type FileRecord,
  FORMATS_IN_XSD_ORDER,
} from './manifest.ts';
import { documentFinding, shown } from './mhl-finding.ts';
import { baseName, joinPath, parentPath, plainPath } from './safe-path.ts';

type Child = { name: string; content: string | undefined; structure: string | undefined };
type Folders = Map<string, { files: Map<string, FileRecord>; folders: Map<string, DirectoryRecord | null> }>;

/**
 * Recomputes every folder hash of a manifest from the manifest's own records. With every file checked against its record this is as good as
 * hashing the folders themselves, and it also finds a folder hash that was wrong from the start.
 * Where a record lacks the format, the folder hash cannot be recomputed and nothing is said.
 */
export function checkDirectoryHashes(
  history: History,
  generation: Generation,
  records: readonly (FileRecord | DirectoryRecord)[],
  findings: Finding[],
): void {
  const nested = new Set(generation.nestedFolders.map(({ path }) => path));
  const claims = new Map<string, DirectoryDigests>();
  if (generation.rootHash !== null) claims.set('', generation.rootHash);
  for (const record of records) if (record.kind === 'directory') claims.set(plainPath(record.path), record);
  if (claims.size === 0) return;
  const folders = foldersOf(records);
  for (const [path, claim] of claims) {
    // The content of a nested history is in its own manifest; `checkReferences` compares with that.
    if (nested.has(path)) continue;
    for (const format of FORMATS_IN_XSD_ORDER) {
      if (claim.content[format] === undefined && claim.structure[format] === undefined) continue;
      const different = differenceOf(path, format, claim, folders, history);
      if (different !== null)
        findings.push(differenceFinding(history, generation, path, format, claim, different));
    }
  }
}

function foldersOf(records: readonly (FileRecord | DirectoryRecord)[]): Folders {
  const folders: Folders = new Map([['', { files: new Map(), folders: new Map() }]]);
  const folderAt = (path: string) => {
    let folder = folders.get(path);
    if (folder === undefined) {
      folder = { files: new Map(), folders: new Map() };
      folders.set(path, folder);
      const parent = folderAt(parentPath(path));
      if (!parent.folders.has(path)) parent.folders.set(path, null);
    }
    return folder;
  };
  for (const record of records) {
    const path = plainPath(record.path);
    if (record.kind === 'file') folderAt(parentPath(path)).files.set(path, record);
    else if (path !== '') {
      folderAt(path);
      folderAt(parentPath(path)).folders.set(path, record);
    }
  }
  return folders;
}

function differenceOf(
  path: string,
  format: HashFormat,
  claim: DirectoryDigests,
  folders: Folders,
  history: History,
) {
  const folder = folders.get(path) ?? { files: new Map(), folders: new Map() };
  const children: Child[] = [
    ...[...folder.files].map(([at, record]) => {
      const digest = record.digests.find((entry: { format: string }) => entry.format === format)?.digest;
      return { name: baseName(at), content: digest, structure: digest };
    }),
    ...[...folder.folders].map(([at, record]) => ({
      name: baseName(at),
      content: record?.content[format],
      structure: record?.structure[format],
    })),
  ];
  const computed = hashChildren(format, children);
  if (computed === null || agrees(computed, claim, format)) return null;
  // A manifest may name only what is new: then the files that earlier generations know belong to the folder too.
  const known = [...history.files.values()].filter(
    (file) => parentPath(file.path) === path && !folder.files.has(file.path),
  );
  const withKnown = known.map((file): Child => {
    const digest = file.digests.find((entry) => entry.format === format && entry.trusted)?.digest;
    return { name: baseName(file.path), content: digest, structure: digest };
  });
  if (known.length > 0) {
    const wider = hashChildren(format, [...children, ...withKnown]);
    if (wider === null || agrees(wider, claim, format)) return null;
  }
  return computed;
}

function agrees(
  computed: { content: string; structure: string },
  claim: DirectoryDigests,
  format: HashFormat,
): boolean {
  const content = claim.content[format];
  const structure = claim.structure[format];
  return (
    (content === undefined || content === computed.content) &&
    (structure === undefined || structure === computed.structure)
  );
}

function differenceFinding(
  history: History,
  generation: Generation,
  path: string,
  format: HashFormat,
  claim: DirectoryDigests,
  computed: { content: string; structure: string },
): Finding {
  const folder = joinPath(history.scope, path) || '.';
  const sentence = `The ${format} hash of the folder "${shown(folder)}" in ${shown(generation.path)} does not follow from the records of that manifest: it is wrong, or records were left out.`;
  return documentFinding('directory-hash-mismatch', generation.path, sentence, {
    folder,
    format,
    generation: generation.number,
    recorded: { content: claim.content[format], structure: claim.structure[format] },
    computed,
  });
}
