import type { ComputedDigests } from '../hash/hasher.ts';
import type { KnownFile } from './history.ts';
import { digestsToCheck } from './plan-hashing.ts';
import { baseName, parentPath } from './safe-path.ts';

/** A recorded file that is there under another name. */
export type Rename = { from: string; to: string };

/**
 * Pairs missing files with unlisted ones that have all their recorded hashes. Where several fit, the same name, then the same folder,
 * then the order of the names decides. Empty files are alike without being the same: they pair by name only.
 */
export function findRenames(
  missing: readonly KnownFile[],
  unlisted: ReadonlyMap<string, ComputedDigests>,
): Rename[] {
  const byDigest = new Map<string, string[]>();
  for (const [path, digests] of unlisted) {
    for (const [format, digest] of Object.entries(digests)) {
      const key = `${format}:${digest}`;
      const paths = byDigest.get(key);
      if (paths === undefined) byDigest.set(key, [path]);
      else paths.push(path);
    }
  }
  const taken = new Set<string>();
  const renames: Rename[] = [];
  const pair = (file: KnownFile, fits: (path: string) => boolean) => {
    const to = candidates(file, byDigest, unlisted).find((path) => !taken.has(path) && fits(path));
    if (to === undefined) return false;
    taken.add(to);
    renames.push({ from: file.path, to });
    return true;
  };
  let open = [...missing].sort((a, b) => (a.path < b.path ? -1 : 1));
  open = open.filter((file) => !pair(file, (path) => sameName(path, file.path)));
  open = open.filter(
    (file) => isEmpty(file) || !pair(file, (path) => parentPath(path) === parentPath(file.path)),
  );
  for (const file of open) if (!isEmpty(file)) pair(file, () => true);
  return renames;
}

function candidates(
  file: KnownFile,
  byDigest: ReadonlyMap<string, string[]>,
  unlisted: ReadonlyMap<string, ComputedDigests>,
): string[] {
  const digests = digestsToCheck(file);
  const first = digests[0];
  if (first === undefined) return [];
  const paths = byDigest.get(`${first.format}:${first.digest}`) ?? [];
  return paths.filter((path) =>
    digests.every(({ format, digest }) => unlisted.get(path)![format] === digest),
  );
}

// A name that differs only in its Unicode form is the same name after a copy over another file system.
function sameName(a: string, b: string): boolean {
  return baseName(a).normalize('NFC') === baseName(b).normalize('NFC');
}

function isEmpty(file: KnownFile): boolean {
  return file.sizeBytes === 0 || file.digests.some(({ format, digest }) => EMPTY[format] === digest);
}

// Digests of no bytes: manifests of the reference tool leave the size of an empty file out.
const EMPTY: Partial<Record<string, string>> = {
  md5: 'd41d8cd98f00b204e9800998ecf8427e',
  sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  xxh32: '02cc5d05',
  xxh64: 'ef46db3751d8e999',
  xxh3: '2d06800538d394c2',
  xxh128: '99aa06d3014798d86001c324468d497f',
  c4: 'c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT',
};
