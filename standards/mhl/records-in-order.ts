import type { GenerationInput } from './create-generations.ts';
import type { FolderRenames } from './folder-renames.ts';
import { manifestDate } from './generation-name.ts';
import type { History } from './history.ts';
import type { DirectoryDigests, DirectoryRecord, FileRecord } from './manifest.ts';
import { baseName, parentPath, relativePath } from './safe-path.ts';
import { isXmlText } from './xml-text.ts';

type Children = Map<string, { folders: string[]; files: string[] }>;

/**
 * Records of one history in the order of the reference: folders by name, each with its content first and itself last, then files by name.
 * The scope of a nested history is one folder here; its content is in its own manifest.
 */
export function recordsInOrder(
  input: GenerationInput,
  history: History,
  histories: readonly History[],
  made: {
    files: ReadonlyMap<string, FileRecord>;
    folders: ReadonlyMap<string, DirectoryDigests>;
    folderRenames: FolderRenames;
  },
): (FileRecord | DirectoryRecord)[] {
  const records: (FileRecord | DirectoryRecord)[] = [];
  const children = childrenByFolder(input);
  const visit = (folder: string) => {
    const { folders, files } = children.get(folder) ?? { folders: [], files: [] };
    for (const path of folders) {
      if (!histories.some(({ scope }) => scope === path)) visit(path);
      if (input.isPart !== true)
        records.push(folderRecord(input, history, path, made.folders.get(path), made.folderRenames));
    }
    for (const path of files) {
      const record = made.files.get(path);
      if (record !== undefined) records.push(record);
    }
  };
  visit(history.scope);
  return records;
}

function folderRecord(
  input: GenerationInput,
  history: History,
  path: string,
  hashes: DirectoryDigests | undefined,
  folderRenames: FolderRenames,
): DirectoryRecord {
  const { content, structure } = (input.withoutDirectoryHashes === true ? undefined : hashes) ?? {
    content: {},
    structure: {},
  };
  const previous = folderRenames.get(path);
  const modifiedAt = input.tree.folders.get(path)?.modifiedAt;
  return {
    kind: 'directory',
    path: relativePath(history.scope, path)!,
    creationDate: null,
    modifiedAt: modifiedAt === undefined ? null : manifestDate(modifiedAt),
    hashDate: manifestDate(input.startedAt),
    content,
    structure,
    previousPath: previous === undefined ? null : relativePath(history.scope, previous),
  };
}

// A bucket knows no folders but those of its keys, so every folder of a file is added.
function childrenByFolder(input: GenerationInput): Children {
  const children: Children = new Map([['', { folders: [], files: [] }]]);
  const addFolder = (path: string) => {
    if (children.has(path)) return;
    children.set(path, { folders: [], files: [] });
    addFolder(parentPath(path));
    children.get(parentPath(path))!.folders.push(path);
  };
  for (const path of input.tree.folders.keys()) if (isXmlText(path)) addFolder(path);
  for (const path of input.tree.present.keys()) {
    if (!isXmlText(path)) continue;
    addFolder(parentPath(path));
    children.get(parentPath(path))!.files.push(path);
  }
  for (const { folders, files } of children.values()) {
    folders.sort(byName);
    files.sort(byName);
  }
  return children;
}

function byName(a: string, b: string): number {
  return baseName(a) < baseName(b) ? -1 : 1;
}
