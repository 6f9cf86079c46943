import { z } from 'zod';
import type { Finding } from '../schemas/finding.ts';
import { type CopyRecord, RollListing } from '../schemas/ingest-facts.ts';
import { rollId } from '../schemas/roll.ts';
import { TransferOrder } from '../schemas/transfer.ts';
import { historyFaults } from '../standards/mhl/broken-history.ts';
import { CHAIN_FILE, chainDigest } from '../standards/mhl/chain.ts';
import { HISTORY_FOLDER } from '../standards/mhl/generation-name.ts';
import type { Tree } from '../standards/mhl/tree.ts';
import type { ChainDigest } from '../stores/catalogue/chain-digests.ts';
import { bucketTree } from '../stores/objects/bucket-tree.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import { defineActivity } from './define-activity.ts';
import type { Dependencies } from './dependencies.ts';
import { importHistory } from './import-history.ts';
import { keepEmptyFolders } from './keep-empty-folders.ts';
import { lostFindings, lostGenerations } from './lost-generations.ts';
import { holdToResidency } from './residency.ts';
import { readRoll, STORED } from './roll-tree.ts';

const CHAIN_LIMIT_BYTES = 64 << 20;

/**
 * Sends what is not a file of the roll: its empty folders, and its ASC MHL histories where the destination has none yet. What
 * the catalogue saw of the chains at home is then expected at the destination too. A history that is not whole at home stays there:
 * what is written at the destination stays for ever.
 * A retry is safe: manifests come before the chains that vouch for them, and nothing is written over.
 */
export const sendHistory = defineActivity(
  'sendHistory',
  z.object({ order: TransferOrder, listingKey: z.string() }),
  async (deps, { order, listingKey }): Promise<{ histories: number; copyKey?: string }> => {
    holdToResidency(deps, order);
    const listing = await deps.facts.get(listingKey, RollListing);
    await keepEmptyFolders(deps.storeAt(order.to), order, listing.emptyFolders);
    const home = treeAt(deps, order, order.from);
    const there = treeAt(deps, order, order.to);
    const isThere = (await there.read(`${HISTORY_FOLDER}/${CHAIN_FILE}`, CHAIN_LIMIT_BYTES)) !== null;
    const faults = isThere ? [] : await faultsAtHome(deps, order);
    if (faults.length > 0) return { histories: 0, copyKey: await writeDown(deps, order, faults) };
    await importHistory(home, there);
    const seen = await deps.catalogue.chainDigestsOf(rollId(order));
    const same: ChainDigest[] = [];
    for (const path of new Set(seen.map((one) => one.path)))
      if (await isSameChain(home, there, path)) same.push(...seen.filter((one) => one.path === path));
    await deps.catalogue.rememberChainDigests(rollId(order), same, order.to);
    return { histories: new Set(same.map((one) => one.history)).size };
  },
);

/** What is wrong with the history at home, told as the reason why it did not go. */
async function faultsAtHome(deps: Dependencies, order: TransferOrder): Promise<Finding[]> {
  const roll = { ...order, site: order.from, source: '' };
  const { histories } = await readRoll(deps, roll, STORED);
  const faults = historyFaults(histories);
  return [...faults, ...lostFindings(roll, await lostGenerations(deps, roll), faults)].map((found) => ({
    ...found,
    forPeople: `The MHL history at ${order.from} is not whole, so it was not sent: ${found.forPeople} Once it is whole, send the roll again.`,
  }));
}

async function writeDown(deps: Dependencies, order: TransferOrder, findings: Finding[]): Promise<string> {
  const record: CopyRecord = {
    version: 1,
    kind: 'copy-record',
    rollId: rollId(order),
    sentTo: order.to,
    files: [],
    findings,
  };
  return deps.facts.put(
    order.production,
    'copies',
    `${order.shootDay}/${order.roll}/${order.to}/history`,
    record,
  );
}

function treeAt(deps: Dependencies, order: TransferOrder, site: string): Tree {
  const store = deps.storeAt(site);
  return bucketTree(store, store.bucket('ocf'), ocfKey(order, ''));
}

/** False once the destination has generations of its own: from then on its chain is another. */
async function isSameChain(home: Tree, there: Tree, path: string): Promise<boolean> {
  const [one, other] = await Promise.all([
    home.read(path, CHAIN_LIMIT_BYTES),
    there.read(path, CHAIN_LIMIT_BYTES),
  ]);
  return one !== null && other !== null && chainDigest(one.bytes) === chainDigest(other.bytes);
}
