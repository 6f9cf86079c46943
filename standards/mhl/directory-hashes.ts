import type { HashFormat } from '../../schemas/hash.ts';
import { digestBytes } from '../hash/digest-text.ts';
import { hashBytes, hashRaw } from '../hash/hasher.ts';
import type { DirectoryDigests } from './manifest.ts';
import { baseName, parentPath } from './safe-path.ts';

/** A file as a directory hash sees it. */
export type HashedFile = { path: string; digests: Partial<Record<HashFormat, string>> };

/**
 * Content and structure hash of every folder, the scope itself as `''`, in the formats asked for.
 * A format is left out of a folder when any file below it has no digest in it: such a hash could not be recomputed from the records.
 * Source: ASC MHL specification 5.5; shared reference A5.
 * @param directories folders to have a hash even when nothing lies in them; folders of files need not be named
 */
export function directoryHashes(
  files: Iterable<HashedFile>,
  directories: Iterable<string>,
  formats: readonly HashFormat[],
): Map<string, DirectoryDigests> {
  const children = new Map<string, Map<string, HashedFile | null>>([['', new Map()]]);
  const addFolder = (path: string) => {
    if (children.has(path)) return;
    children.set(path, new Map());
    addFolder(parentPath(path));
    children.get(parentPath(path))!.set(path, null);
  };
  for (const directory of directories) addFolder(directory);
  for (const file of files) {
    addFolder(parentPath(file.path));
    children.get(parentPath(file.path))!.set(file.path, file);
  }
  const results = new Map<string, DirectoryDigests>();
  // Deepest first, so that a folder finds the hashes of its sub-folders.
  const deepestFirst = [...children.keys()].sort((a, b) => depth(b) - depth(a));
  for (const folder of deepestFirst) results.set(folder, hashFolder(children.get(folder)!, results, formats));
  return results;
}

function hashFolder(
  entries: ReadonlyMap<string, HashedFile | null>,
  results: ReadonlyMap<string, DirectoryDigests>,
  formats: readonly HashFormat[],
): DirectoryDigests {
  const digests: DirectoryDigests = { content: {}, structure: {} };
  for (const format of formats) {
    const members = [...entries].map(([path, file]) => {
      const folder = results.get(path);
      return {
        name: baseName(path),
        content: file === null ? folder?.content[format] : file.digests[format],
        structure: file === null ? folder?.structure[format] : file.digests[format],
      };
    });
    const hashed = hashChildren(format, members);
    if (hashed === null) continue;
    digests.content[format] = hashed.content;
    digests.structure[format] = hashed.structure;
  }
  return digests;
}

/**
 * Hash of one folder from its immediate children: raw digests sorted by value, equal ones kept, names as UTF-8 without normalisation.
 * null when a child has no usable digest in the format.
 */
export function hashChildren(
  format: HashFormat,
  children: readonly { name: string; content: string | undefined; structure: string | undefined }[],
): { content: string; structure: string } | null {
  // Raw digests as strings of one character a byte: these sort as their bytes do, and much faster than buffers.
  const contents: string[] = [];
  const structures: string[] = [];
  for (const { name, content, structure } of children) {
    const contentBytes = content === undefined ? null : digestBytes(format, content);
    const structureBytes =
      structure === content ? contentBytes : structure === undefined ? null : digestBytes(format, structure);
    if (contentBytes === null || structureBytes === null) return null;
    contents.push(toCharacters(contentBytes));
    structures.push(toCharacters(hashNamed(format, name, structureBytes)));
  }
  return { content: hashSorted(format, contents), structure: hashSorted(format, structures) };
}

function hashNamed(format: HashFormat, name: string, structure: Uint8Array): Uint8Array {
  const nameBytes = Buffer.byteLength(name, 'utf8');
  const bytes = Buffer.allocUnsafe(nameBytes + structure.length);
  bytes.write(name, 'utf8');
  bytes.set(structure, nameBytes);
  return hashRaw(format, bytes);
}

function hashSorted(format: HashFormat, digests: string[]): string {
  return hashBytes(format, Buffer.from(digests.sort().join(''), 'latin1'));
}

function toCharacters(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('latin1');
}

function depth(path: string): number {
  return path === '' ? 0 : path.split('/').length;
}
