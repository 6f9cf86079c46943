/** A file to hash: path on this machine, and the algorithms. */
export type FileOrder = { file: string; formats: string[] };

/** Digests by algorithm, or why the file could not be read. */
export type FileResult = { digests: Record<string, string> } | { error: string };

/** Memory that one reading thread fills and other threads hash from. See `shared-ring.ts`. */
export type SharedRing = { data: SharedArrayBuffer; control: SharedArrayBuffer; followers: number };

/**
 * What a hashing thread is asked: whole files; or one file together with others, where the leader reads and every thread hashes its own formats.
 */
export type ToHashThread =
  | { type: 'files'; id: number; orders: FileOrder[] }
  | { type: 'lead'; id: number; order: FileOrder; ring: SharedRing }
  | { type: 'follow'; id: number; formats: string[]; ring: SharedRing; follower: number };

/** What it answers, in the order of the orders. */
export type FromHashThread = { id: number; results: FileResult[] };
