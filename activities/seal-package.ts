import type { ComposedPackage } from '../pipeline/delivery/compose-package.ts';
import { documentBytes } from '../pipeline/delivery/package.ts';
import { PACKAGE_FILES } from '../pipeline/delivery/package-files.ts';
import { hashBytes } from '../standards/hash/hasher.ts';
import { createGenerations } from '../standards/mhl/create-generations.ts';
import type { Histories } from '../standards/mhl/history.ts';
import { layBeside } from '../standards/mhl/known-tree.ts';
import type { TreeEntry } from '../standards/mhl/tree.ts';
import { packageKey } from '../stores/objects/keys.ts';
import type { Dependencies } from './dependencies.ts';
import type { PackageName } from './package-location.ts';

const NO_HISTORY: Histories = { all: [], findings: [], standaloneManifests: [], movedFolders: new Map() };

/**
 * Writes the first ASC MHL generation of a package from digests that are known since each file was made: no byte is read
 * again. Frames keep their object; only their delivery names are sealed here.
 */
export async function sealPackage(
  deps: Dependencies,
  name: PackageName,
  publication: string,
  composed: ComposedPackage,
  { at, site }: { at: string; site: string },
): Promise<void> {
  const files = [
    ...composed.manifest.entries.map(({ path, sizeBytes, xxh128 }) => ({ path, sizeBytes, xxh128 })),
    manifestFile(composed),
  ];
  const generations = createGenerations({
    folderName: `${name.turnover}_v${String(name.version).padStart(3, '0')}`,
    startedAt: at,
    process: 'transfer',
    creator: {
      // Which worker of the site does it is chance; a retry by another must write the same bytes.
      hostname: site,
      tool: { name: 'rushes', version: '0.1.0' },
      authors: [],
      location: null,
      comment: null,
    },
    formats: ['xxh128'],
    histories: NO_HISTORY,
    tree: layBeside(NO_HISTORY, entriesOf(files)),
    observations: new Map(files.map(({ path, xxh128 }) => [path, { digests: { xxh128 } }])),
  });
  for (const { path, bytes, chainPath, chainBytes } of generations) {
    await deps.store.putWholeIfAbsent(
      deps.store.bucket('packages'),
      packageKey(name, `${publication}/${path}`),
      bytes,
    );
    await deps.store.putWholeIfAbsent(
      deps.store.bucket('packages'),
      packageKey(name, `${publication}/${chainPath}`),
      chainBytes,
    );
  }
}

function manifestFile(composed: ComposedPackage): { path: string; sizeBytes: number; xxh128: string } {
  const document = composed.documents.find((one) => one.path === PACKAGE_FILES.manifest);
  if (document === undefined) throw new Error('a composed package has no manifest');
  const bytes = documentBytes(document);
  return { path: document.path, sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) };
}

function entriesOf(files: { path: string; sizeBytes: number }[]): TreeEntry[] {
  const folders = new Set<string>();
  for (const { path } of files)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      folders.add(path.slice(0, at));
  return [
    ...[...folders].map((path): TreeEntry => ({ path, kind: 'directory', sizeBytes: 0 })),
    ...files.map(({ path, sizeBytes }): TreeEntry => ({ path, kind: 'file', sizeBytes })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}
