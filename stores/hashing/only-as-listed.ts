import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { HashOrder } from '../../standards/mhl/plan-hashing.ts';
import { changedSinceListed } from '../../standards/mhl/plan-hashing.ts';
import type { ObservationListener } from './hash-local-files.ts';

/**
 * Passes results on, but of a file that has another size than it was listed with the reason why it has none: a record holds the size of the
 * listing and the hash of what was read, and these must be of one file.
 * @param folder to which the paths of the orders are relative
 */
export function onlyAsListed(
  folder: string,
  orders: readonly HashOrder[],
  heard: ObservationListener,
): ObservationListener {
  const listed = new Map(orders.map(({ path, sizeBytes }) => [path, sizeBytes]));
  return (path, observation) => {
    const now = statSync(join(folder, path), { throwIfNoEntry: false });
    const isAsListed = 'error' in observation || now?.size === listed.get(path);
    heard(path, isAsListed ? observation : changedSinceListed(listed.get(path)!, now?.size ?? 0));
  };
}
