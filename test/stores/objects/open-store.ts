import type { ObjectStoreConfig } from '../../../stores/objects/connection.ts';
import { createObjectStore, type ObjectStore } from '../../../stores/objects/object-store.ts';
import { createFileReader, type FileReader } from '../../../stores/reading/file-reader.ts';
export const openReader = (): FileReader => createFileReader({ threads: 1 });
export const openStore = (c: ObjectStoreConfig, f: FileReader): ObjectStore => createObjectStore(c, f);
