import { canonicalJson } from '../../../standards/hash/canonical-json.ts';
import { createHasher } from '../../../standards/hash/hasher.ts';
import type { ObjectStoreConfig } from '../../../stores/objects/connection.ts';
import { createObjectStore, type ObjectStore } from '../../../stores/objects/object-store.ts';
import { createFileReader, type FileReader } from '../../../stores/reading/file-reader.ts';

/** A reader as the service wires it. */
export function openReader(threads = 1): FileReader {
  return createFileReader({
    hasherModule: import.meta.resolve('../../../standards/hash/hasher.ts'),
    threads,
  });
}

/** A store as the service wires it, on a server of the test. */
export function openStore(config: ObjectStoreConfig, files: FileReader): ObjectStore {
  return createObjectStore(config, { files, createHasher, canonicalJson });
}
