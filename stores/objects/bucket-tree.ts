import { PipelineError } from '../../schemas/failure.ts';
import type { Tree, TreeDocument, TreeEntry } from '../../standards/mhl/tree.ts';
import { keyBelow } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * A roll or package in a bucket as ASC MHL sees it. An object whose key ends in `/` is an empty folder; every other folder is
 * there because something lies in it. There are no symlinks.
 * @param prefix ends in `/`; its last segment is the name of the scope
 * @param versions recorded version of each path; a path that is not in it is read as it lies there now
 */
export function bucketTree(
  store: ObjectStore,
  bucket: string,
  prefix: string,
  versions?: ReadonlyMap<string, string>,
): Tree {
  const keyOf = (path: string): string => keyBelow(prefix, path);
  return {
    name: prefix.slice(0, -1).split('/').at(-1) ?? '',
    list: () => entriesBelow(store, bucket, prefix),
    async *open(path) {
      const versionId = versions?.get(path);
      yield* store.openStream({
        bucket,
        key: keyOf(path),
        ...(versionId === undefined ? {} : { versionId }),
      });
    },
    read: async (path, limitBytes) => readDocument(store, bucket, keyOf(path), limitBytes),
    writeIfAbsent: async (path, bytes) => writeIfAbsent(store, bucket, keyOf(path), bytes),
    async replaceIfMatch(path, bytes, etag) {
      if (etag === null) return (await writeIfAbsent(store, bucket, keyOf(path), bytes)) === 'written';
      try {
        await store.replaceIfMatch(bucket, keyOf(path), bytes, etag);
        return true;
      } catch (error) {
        if (isFailure(error, 'conflict')) return false;
        throw error;
      }
    },
  };
}

async function* entriesBelow(store: ObjectStore, bucket: string, prefix: string): AsyncGenerator<TreeEntry> {
  const folders = new Set<string>();
  for await (const { key, sizeBytes, modifiedAt } of store.list(bucket, prefix)) {
    const path = key.slice(prefix.length);
    if (path === '') continue;
    const isFolder = path.endsWith('/');
    for (const folder of foldersOf(isFolder ? path : path.slice(0, path.lastIndexOf('/') + 1))) {
      if (folders.has(folder)) continue;
      folders.add(folder);
      yield { path: folder, kind: 'directory', sizeBytes: 0 };
    }
    if (!isFolder) yield { path, kind: 'file', sizeBytes, modifiedAt };
  }
}

/** `a/b/` gives a, a/b. */
function foldersOf(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, i) => segments.slice(0, i + 1).join('/'));
}

async function readDocument(
  store: ObjectStore,
  bucket: string,
  key: string,
  limitBytes: number,
): Promise<TreeDocument | null> {
  try {
    return await store.getWhole({ bucket, key, most: limitBytes });
  } catch (error) {
    if (isFailure(error, 'not-found')) return null;
    throw error;
  }
}

/** Other bytes under the key are no fault here: whoever lost a race reads and decides again. */
async function writeIfAbsent(
  store: ObjectStore,
  bucket: string,
  key: string,
  bytes: Uint8Array,
): Promise<'written' | 'exists'> {
  try {
    return (await store.putWholeIfAbsent(bucket, key, bytes)).outcome === 'written' ? 'written' : 'exists';
  } catch (error) {
    if (isFailure(error, 'not-deterministic')) return 'exists';
    throw error;
  }
}

function isFailure(error: unknown, code: string): boolean {
  return error instanceof PipelineError && error.code === code;
}
