import { PipelineError } from '../schemas/failure.ts';
import type { Digests, HashAlgorithm } from '../schemas/hash.ts';
import type { CopiedFile } from '../schemas/ingest-facts.ts';
import { rollId } from '../schemas/roll.ts';
import type { TransferOrder } from '../schemas/transfer.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { differingFormats, type UploadSource } from '../stores/objects/upload-while-hashing.ts';
import { storedDigests } from './copied-before.ts';
import type { ActivityRun } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';

/** A file to send: where it lies at home, and the digests that vouch for it. */
export type Original = {
  path: string;
  sizeBytes: number;
  modifiedAt?: string;
  bucket: string;
  key: string;
  versionId?: string;
  expected: Digests;
};

/** It went, it lay there already, or it may not go: the sentence says why. */
export type SentOne =
  | { outcome: 'sent' | 'there'; file: CopiedFile }
  | {
      outcome: 'fault';
      code: 'hash-mismatch' | 'unreadable';
      sentence: string;
      facts: Record<string, unknown>;
    };

/**
 * Sends one original and proves it on the way; what does not have its hash becomes no object anywhere.
 * @throws PipelineError service-away, refused-by-rule, disk-full; AbortError
 */
export async function sendOne(
  deps: Dependencies,
  order: TransferOrder,
  original: Original,
  run: ActivityRun,
): Promise<SentOne> {
  const store = deps.storeAt(order.to);
  const target = { bucket: store.bucket('ocf'), key: ocfKey(order, original.path) };
  const { expected } = original;
  const source = await sourceOf(deps, order, original, run);
  try {
    const upload = await store.uploadWhileHashing({
      ...target,
      ...source.upload,
      expected,
      signal: run.signal,
      progress: (bytesDone) => run.progress({ path: original.path, bytesDone, bytes: original.sizeBytes }),
    });
    if (upload.outcome === 'mismatch') return damaged(order, original, upload.differing, upload.digests);
    if (upload.outcome === 'already') return await compareThere(deps, order, original, target, run);
    return { outcome: 'sent', file: placed(original, target, upload.digests, upload.versionId) };
  } catch (error) {
    if (!(error instanceof PipelineError) || !(source.isFault(error) || READING.has(error.code))) throw error;
    const sentence = `${original.path} cannot be read at ${order.from}, so it was not sent: ${error.message}`;
    return { outcome: 'fault', code: 'unreadable', sentence, facts: error.facts };
  }
}

/** Failures that only reading can have; a store that is written to has none of them. */
const READING: ReadonlySet<string> = new Set(['unreadable', 'source-changed']);

/** In place where the home's store is mounted here, else over the network; and whether a failure was that of opening it. */
async function sourceOf(
  deps: Dependencies,
  { from }: TransferOrder,
  { bucket, key, versionId }: Original,
  { signal }: ActivityRun,
): Promise<{ upload: UploadSource; isFault: (error: unknown) => boolean }> {
  const home = deps.storeAt(from);
  let fault: unknown;
  const noting = async <T>(open: Promise<T>): Promise<T> => {
    try {
      return await open;
    } catch (error) {
      if (error instanceof PipelineError && error.code === 'not-found') fault = error;
      throw error;
    }
  };
  const file = await home.localPath(bucket, key, versionId);
  const what = { bucket, key, signal, ...(versionId === undefined ? {} : { versionId }) };
  const open = (formats: readonly HashAlgorithm[]) =>
    noting(file === null ? home.openHashing(what, formats) : deps.files.read(file, { formats, signal }));
  return { upload: { open }, isFault: (error) => error === fault };
}

/** The key is taken by an attempt that died before it wrote the file down: what stands there is read back, and nothing is sent again. */
async function compareThere(
  deps: Dependencies,
  order: TransferOrder,
  original: Original,
  target: { bucket: string; key: string },
  run: ActivityRun,
): Promise<SentOne> {
  const formats = Object.keys(original.expected) as HashAlgorithm[];
  const at = { ...deps, store: deps.storeAt(order.to) };
  const stored = await storedDigests(at, target, formats, original.expected, run.signal);
  const differing = differingFormats(original.expected, stored.digests);
  if (differing.length === 0)
    return { outcome: 'there', file: placed(original, target, stored.digests, stored.versionId) };
  const format = differing[0]!;
  return {
    outcome: 'fault',
    code: 'hash-mismatch',
    sentence: `At ${order.to} other bytes stand under ${original.path}: ${format} should be ${original.expected[format]}, is ${stored.digests[format]}. Originals are never written over: ask who put it there.`,
    facts: { site: order.to, ...target, expected: original.expected, got: stored.digests, format },
  };
}

function damaged(
  order: TransferOrder,
  { path, bucket, key, expected }: Original,
  differing: readonly HashAlgorithm[],
  got: Digests,
): SentOne {
  const format = differing[0]!;
  return {
    outcome: 'fault',
    code: 'hash-mismatch',
    sentence: `${path} does not have its recorded hash at ${order.from}: ${format} should be ${expected[format]}, is ${got[format]}. It was not sent; verify the roll there (\`rushes roll verify ${rollId(order)}\`) and offload the file again.`,
    facts: { site: order.from, bucket, key, expected, got, format },
  };
}

function placed(
  { path, sizeBytes, modifiedAt, expected }: Original,
  target: { bucket: string; key: string },
  digests: Digests,
  versionId: string | null,
): CopiedFile {
  return {
    path,
    sizeBytes,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    digests,
    outcome: Object.keys(expected).length > 0 ? 'verified' : 'unlisted',
    ...target,
    ...(versionId === null ? {} : { versionId }),
  };
}
