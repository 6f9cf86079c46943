/** What lies at a path below a scope. A symlink is followed only when it names a regular file inside the scope; then it is a `file`. */
export type TreeEntry = {
  /** Relative to the scope, `/`-separated, spelled as stored: case, spaces and Unicode form kept. Never begins with `/`. */
  path: string;
  /** `outside`: a symlink that leaves the scope, or whose target is not there, or that names a folder: never followed. `other`: socket, device, pipe. */
  kind: 'file' | 'directory' | 'outside' | 'other';
  /** 0 for anything but files. */
  sizeBytes: number;
  /** ISO 8601 UTC, where the store knows it. */
  modifiedAt?: string;
  /** Why the entry cannot be used, where it cannot: one clause for people. */
  problem?: string;
};

/** Bytes read whole with the mark that `replaceIfMatch` takes. */
export type TreeDocument = { bytes: Uint8Array; etag: string };

/** A manifest that was to be written: its name in the `ascmhl` folder, and the digest of its bytes. */
export type BegunManifest = { fileName: string; c4: string };

/**
 * A folder or a bucket prefix that has, or will have, an ASC MHL history: the port through which `standards/mhl` reads and writes.
 * Paths are relative to the scope. No method reads or writes outside the scope.
 */
export type Tree = {
  /** Name of the folder at the scope: goes into manifest names. */
  readonly name: string;
  /** Every entry below the scope, folders included, `ascmhl` folders included, in any order. @throws PipelineError not-found, unreadable */
  list(): AsyncIterable<TreeEntry>;
  /** The bytes of a file in order. A chunk is valid until the next one is asked for. @throws PipelineError not-found, unreadable */
  open(path: string): AsyncIterable<Uint8Array>;
  /** A small document whole, or null when it is not there. @throws PipelineError unreadable, also when longer than `limitBytes` */
  read(path: string, limitBytes: number): Promise<TreeDocument | null>;
  /** Creates a file whole or not at all; `exists` leaves what is there untouched. Folders on the way are made. */
  writeIfAbsent(path: string, bytes: Uint8Array): Promise<'written' | 'exists'>;
  /** Replaces a file whole if it still is what `etag` marks (null: if it is absent); false when somebody else was first. */
  replaceIfMatch(path: string, bytes: Uint8Array, etag: string | null): Promise<boolean>;
  /**
   * Runs `work` while no other process runs `work` on the same history, where the store can keep others out (a local folder).
   * A store that cannot leaves this out: the conditional writes decide alone.
   * @param begins manifests that `work` will write into this history
   * @param work gets the manifests that processes which died had begun here; when it ends well they count as settled
   */
  exclusively?<T>(
    historyFolder: string,
    begins: readonly BegunManifest[],
    work: (left: readonly BegunManifest[]) => Promise<T>,
  ): Promise<T>;
};

/** Reads the whole listing, sorted by path, so that everything made from it is the same on every store. */
export async function listTree(tree: Tree): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for await (const entry of tree.list()) entries.push(entry);
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
