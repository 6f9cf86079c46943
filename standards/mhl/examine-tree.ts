import type { HashFormat } from '../../schemas/hash.ts';
import { createHasher } from '../hash/hasher.ts';
import type { Histories } from './history.ts';
import { type KnownTree, layBeside } from './known-tree.ts';
import { loadHistories } from './load-histories.ts';
import { narrow } from './narrow.ts';
import { changedSinceListed, type HashOrder, planHashing } from './plan-hashing.ts';
import { listTree, type Tree, type TreeEntry } from './tree.ts';
import { judge, type Observation, type Verdict } from './verdict.ts';

/** Hashes files, each read once, and tells each result as it comes. */
export type HashFiles = (
  orders: readonly HashOrder[],
  heard: (path: string, observation: Observation) => void,
) => Promise<void>;

/** A tree read and judged. */
export type Examination = {
  histories: Histories;
  tree: KnownTree;
  observations: Map<string, Observation>;
  verdict: Verdict;
};

/** How to look at a tree. */
export type ExamineOptions = {
  hashFiles: HashFiles;
  /** Formats every file gets in addition, for a generation that is to be written. */
  formats?: readonly HashFormat[] | undefined;
  /** Of recorded formats only these are checked, for files that have one of them. */
  only?: readonly HashFormat[] | undefined;
  expectedChainDigest?: string | undefined;
  /** Patterns of the scope to ignore beside the recorded ones. */
  ignores?: readonly string[] | undefined;
  detectRenames?: boolean | undefined;
  /** Looks at these files and folders only; paths relative to the tree. */
  paths?: readonly string[] | undefined;
  /** Told as soon as the tree is listed, before anything is read: time to start threads. */
  onListed?: ((listing: readonly TreeEntry[]) => void) | undefined;
  /** Results of an earlier look at the same files, which are not read again. */
  known?: ReadonlyMap<string, Observation> | undefined;
  /** Reads these instead of the tree's own histories: a stand-alone manifest. */
  loadHistories?:
    | ((tree: Tree, listing: Awaited<ReturnType<typeof listTree>>) => Promise<Histories>)
    | undefined;
};

/** Lists a tree, reads its histories, hashes what verification needs, and judges. Writes nothing. @throws PipelineError when the tree fails */
export async function examineTree(tree: Tree, options: ExamineOptions): Promise<Examination> {
  const listing = await listTree(tree);
  options.onListed?.(listing);
  const histories = await (
    options.loadHistories ?? ((from, entries) => loadHistories(from, entries, options))
  )(tree, listing);
  const whole = layBeside(histories, listing, options.ignores);
  const known = options.paths === undefined ? whole : narrow(whole, options.paths);
  const observations = new Map<string, Observation>();
  const orders = planHashing(known, options).filter((order) => !isKnown(order, options.known, observations));
  await options.hashFiles(orders, (path, observation) => observations.set(path, observation));
  return { histories, tree: known, observations, verdict: judge(histories, known, observations, options) };
}

function isKnown(
  order: HashOrder,
  known: ExamineOptions['known'],
  observations: Map<string, Observation>,
): boolean {
  const earlier = known?.get(order.path);
  if (
    earlier === undefined ||
    !('digests' in earlier) ||
    order.formats.some((format) => earlier.digests[format] === undefined)
  )
    return false;
  observations.set(order.path, earlier);
  return true;
}

/** Hashes through the tree's own port, one file after another: for buckets, and for folders too small for threads. */
export function hashThroughTree(tree: Tree): HashFiles {
  return async (orders, heard) => {
    for (const order of orders) heard(order.path, await observe(tree, order));
  };
}

async function observe(tree: Tree, { path, sizeBytes, formats }: HashOrder): Promise<Observation> {
  const hasher = createHasher(formats);
  let read = 0;
  try {
    for await (const chunk of tree.open(path)) {
      hasher.update(chunk);
      read += chunk.byteLength;
    }
  } catch (error) {
    return { error: (error as Error).message };
  }
  return read === sizeBytes ? { digests: hasher.digests() } : changedSinceListed(sizeBytes, read);
}
