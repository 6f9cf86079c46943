import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObjectStoreConfig } from '../../../stores/objects/connection.ts';
import { createObjectStore, type ObjectStore } from '../../../stores/objects/object-store.ts';
import { createFileReader, type FileReader } from '../../../stores/reading/file-reader.ts';
import { testStack, uniqueName } from '../../support/stack.ts';

/** A site of its own on the shared S3 server, and a folder for local files. `config` opens further stores on it. */
export type TestSite = {
  store: ObjectStore;
  files: FileReader;
  config: ObjectStoreConfig;
  folder: string;
  /** Writes a local file and gives its path. */
  writeLocal(name: string, bytes: Uint8Array): Promise<string>;
  open(changes?: Partial<ObjectStoreConfig>): ObjectStore;
  close(): Promise<void>;
};

/** Small parts, so that an upload in parts is a few megabytes. */
const SMALL_PARTS = { partBytes: 5 * 1024 ** 2, multipartAboveBytes: 12 * 1024 ** 2 };

/** Opens a fresh site with its buckets. */
export async function openSite(
  server?: { endPoint: string; port: number; accessKey: string; secretKey: string; dataDir: string },
  workers: string[] = [],
): Promise<TestSite> {
  const { endPoint, port, accessKey, secretKey, dataDir } = server ?? (await testStack()).objectStore;
  const config: ObjectStoreConfig = {
    site: uniqueName('site'),
    endPoint,
    port,
    useSSL: false,
    region: 'us-east-1',
    accessKey,
    secretKey,
    mountedAt: dataDir,
    ...SMALL_PARTS,
  };
  const files = createFileReader({ threads: 1 });
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-stores-'));
  const opened: ObjectStore[] = [];
  const open = (changes: Partial<ObjectStoreConfig> = {}): ObjectStore => {
    const store = createObjectStore({ ...config, ...changes }, files);
    opened.push(store);
    return store;
  };
  const store = open();
  await store.ensureBuckets(workers);
  return {
    store,
    files,
    config,
    folder,
    open,
    async writeLocal(name, bytes) {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      return file;
    },
    async close() {
      for (const each of opened) each.close();
      await files.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Bytes that no compression or repetition makes special; the same for the same seed. */
export function someBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed * 2654435761;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
