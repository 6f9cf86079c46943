import { createHash } from 'node:crypto';
import { PipelineError } from '../../../schemas/failure.ts';
import type { HashFormat } from '../../../schemas/hash.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { CHAIN_FILE, readChain, writeChain } from '../../../standards/mhl/chain.ts';
import { type ExamineOptions, examineTree, hashThroughTree } from '../../../standards/mhl/examine-tree.ts';
import type { Manifest } from '../../../standards/mhl/manifest.ts';
import { readManifest } from '../../../standards/mhl/manifest-reader.ts';
import { type RecordOptions, recordTree } from '../../../standards/mhl/record-tree.ts';
import type { Tree, TreeEntry } from '../../../standards/mhl/tree.ts';

/** Path of the chain at the top of a tree. */
export const CHAIN = `ascmhl/${CHAIN_FILE}`;

/** A tree in memory: what a bucket is, as a map. Folders end in `/`; files may be anything that has bytes. */
export type MemoryTree = Tree & { files: Map<string, Buffer>; chunkBytes: number };

/** Makes a tree of these files. A key that ends in `/` is an empty folder. */
export function memoryTree(content: Record<string, string | Buffer>, name = 'A001'): MemoryTree {
  const files = new Map(Object.entries(content).map(([path, bytes]) => [path, Buffer.from(bytes)]));
  const etagOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const tree: MemoryTree = {
    name,
    files,
    chunkBytes: 1 << 16,
    async *list() {
      const folders = new Set<string>();
      for (const path of files.keys()) {
        for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
          folders.add(path.slice(0, at));
      }
      for (const path of folders) yield { path, kind: 'directory', sizeBytes: 0 } satisfies TreeEntry;
      for (const [path, bytes] of files)
        if (!path.endsWith('/')) yield { path, kind: 'file', sizeBytes: bytes.length };
    },
    async *open(path) {
      const bytes = files.get(path);
      if (bytes === undefined) throw new PipelineError('not-found', `"${path}" does not exist`, { path });
      for (let at = 0; at < bytes.length; at += tree.chunkBytes)
        yield bytes.subarray(at, at + tree.chunkBytes);
    },
    async read(path) {
      const bytes = files.get(path);
      return bytes === undefined ? null : { bytes, etag: etagOf(bytes) };
    },
    async writeIfAbsent(path, bytes) {
      if (files.has(path)) return 'exists';
      files.set(path, Buffer.from(bytes));
      return 'written';
    },
    async replaceIfMatch(path, bytes, etag) {
      const there = files.get(path);
      if ((there === undefined ? null : etagOf(there)) !== etag) return false;
      files.set(path, Buffer.from(bytes));
      return true;
    },
  };
  return tree;
}

/** The card that most tests begin with: clips, a sidecar, an empty file, an empty folder, a name outside ASCII. */
export function makeCard(): MemoryTree {
  return memoryTree({
    'Clips/A001C001.mov': 'first clip',
    'Clips/A001C002.mov': 'second clip',
    'Clips/Å Ω 1.txt': 'note',
    'Empty/': '',
    'Sidecar.txt': 'side',
    'zero.bin': '',
  });
}

let second = 0;

/** Appends a generation, each a second after the last. */
export function record(tree: Tree, options: Partial<RecordOptions> & { formats?: HashFormat[] } = {}) {
  second += 1;
  return recordTree(tree, {
    hashFiles: hashThroughTree(tree),
    formats: ['xxh128'],
    startedAt: new Date(Date.UTC(2026, 0, 15, 10, 0, second)).toISOString(),
    process: 'in-place',
    creator: {
      hostname: 'cart-1',
      tool: { name: 'rushes', version: '0' },
      authors: [],
      location: null,
      comment: null,
    },
    ...options,
  });
}

/** The verdict about a tree. */
export async function verdictOf(tree: Tree, options: Partial<ExamineOptions> = {}) {
  return (await examineTree(tree, { hashFiles: hashThroughTree(tree), ...options })).verdict;
}

/** Codes of a verdict's findings with what each is about, sorted. */
export async function codesOf(tree: Tree, options: Partial<ExamineOptions> = {}): Promise<string[]> {
  return (await verdictOf(tree, options)).findings.map(({ code, subject }) => `${code} ${subject.id}`).sort();
}

/** Path of the manifest with this number at the top of a tree. */
export function manifestPath(tree: MemoryTree, number: number, folder = 'ascmhl'): string {
  const beginning = `${folder}/${String(number).padStart(4, '0')}_`;
  return [...tree.files.keys()].find((path) => path.startsWith(beginning))!;
}

/** Writes a changed manifest and a chain that vouches for it: what a liar with write access does. */
export function forge(tree: MemoryTree, number: number, change: (text: string) => string): void {
  const path = manifestPath(tree, number);
  const bytes = Buffer.from(change(tree.files.get(path)!.toString()));
  tree.files.set(path, bytes);
  const entries = readChain(tree.files.get(CHAIN)!).map((entry) =>
    path.endsWith(entry.path) ? { ...entry, c4: hashBytes('c4', bytes) } : entry,
  );
  tree.files.set(CHAIN, Buffer.from(writeChain(entries)));
}

/** A card with a generation in xxh128 and one in md5. */
export async function cardWithTwoGenerations(): Promise<MemoryTree> {
  const tree = makeCard();
  await record(tree);
  await record(tree, { formats: ['md5'] });
  return tree;
}

/** A manifest of a tree, read. */
export function manifestOf(tree: MemoryTree, number: number, folder?: string): Manifest {
  return readManifest(tree.files.get(manifestPath(tree, number, folder))!);
}

/** Format and action of every hash, by file. */
export function actionsOf(manifest: Manifest): Record<string, string> {
  return Object.fromEntries(
    manifest.records.flatMap((one) =>
      one.kind === 'file'
        ? [[one.path, one.digests.map(({ format, action }) => `${format} ${action}`).join(', ')]]
        : [],
    ),
  );
}
