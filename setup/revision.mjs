import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutDir } from './places.mjs';

/** Folders whose files a worker loads. */
const ROOMS = [
  'activities',
  'cli',
  'engine',
  'pipeline',
  'schemas',
  'service',
  'standards',
  'stores',
  'workflows',
];

/**
 * Digest of what the product's code is just now (names, sizes and times of its files): two workers of different
 * revisions must not serve one queue. Takes some milliseconds.
 */
export function codeRevision(root = checkoutDir) {
  const digest = createHash('sha256');
  for (const room of [...ROOMS.map((name) => join(root, name)), join(root, 'package-lock.json')])
    addTo(digest, room);
  return digest.digest('hex').slice(0, 16);
}

function addTo(digest, path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) digest.update(`${path}\n${stat.size}\n${stat.mtimeMs}\n`);
  else for (const name of readdirSync(path).sort()) addTo(digest, join(path, name));
}
