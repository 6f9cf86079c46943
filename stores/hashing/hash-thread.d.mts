/** A file to hash: absolute path, and the algorithms. */
export type FileOrder = { file: string; formats: string[] };

/** Raw digests in the order of the formats, or why the file could not be read. */
export type FileResult = { raw: Uint8Array[] } | { error: string };

/** Memory that one reading thread fills and other threads hash from. */
export type SharedRing = { data: SharedArrayBuffer; control: SharedArrayBuffer; followers: number };

/**
 * What a hashing thread is asked: to take files from a list that others take from too (`next` counts what is taken), or to hash in its own formats
 * what another thread reads.
 */
export type ToHashThread =
  | { type: 'files'; orders: FileOrder[]; next: SharedArrayBuffer }
  | { type: 'follow'; formats: string[]; ring: SharedRing; follower: number };

/** What it answers: results by index of the order, some at a time; `done` with the last. */
export type FromHashThread = { results: [number, FileResult][]; done: boolean };

export const PIECE_BYTES: number;

/** Hashes files from a list that other threads take from too, until it is empty. */
export function takeFiles(
  orders: readonly FileOrder[],
  next: SharedArrayBuffer,
  heard: (index: number, result: FileResult) => void,
): void;

/** Memory for one reader and its followers: 4 MiB, however large the file. */
export function makeRing(followers: number): SharedRing;

/** Reads a file into a ring for its followers, and hashes it in formats of its own. */
export function leadRing(order: FileOrder, ring: SharedRing): FileResult;
