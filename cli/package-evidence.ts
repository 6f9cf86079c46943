import { realpath } from 'node:fs/promises';
import { basename, resolve, sep } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { CardHistory } from '../pipeline/delivery/verify-origin.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import type { InspectedClip } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { HashAlgorithm } from '../standards/hash/hasher.ts';
import { loadHistories } from '../standards/mhl/load-histories.ts';
import { listTree } from '../standards/mhl/tree.ts';
import { openLocalTree } from '../stores/local-tree.ts';

/** Our identity hash; a card sealed without it cannot vouch for what we hashed. */
const IDENTITY: HashAlgorithm = 'xxh128';

/**
 * What the ASC MHL histories of cards record, by the path on the card. Only the histories are read, so that a copy of the
 * `ascmhl` folder is enough.
 * @throws PipelineError not-found when a folder has no history that its chain vouches for
 */
export async function readCardHistories(folders: readonly string[]): Promise<CardHistory> {
  const recorded = new Set<string>();
  for (const folder of folders) {
    const tree = openLocalTree(resolve(folder));
    const { all } = await loadHistories(tree, await listTree(tree));
    for (const { scope, files } of all)
      for (const [path, { digests }] of files)
        for (const { format, digest, trusted } of digests)
          if (format === IDENTITY && trusted)
            recorded.add(`${scope === '' ? path : `${scope}/${path}`} ${digest}`);
    if (all.length === 0)
      throw new PipelineError('not-found', `${folder} has no ASC MHL history.`, { folder });
  }
  return { vouchesFor: (path, xxh128) => recorded.has(`${path} ${xxh128}`) };
}

/** Reads a movie of a package as inspection does. */
export function movieInspector(
  folder: string,
  engine: Pick<Engine, 'inspect'>,
  signal: AbortSignal,
): (path: string) => Promise<InspectedClip | null> {
  return async (path) => {
    const root = await realpath(folder);
    const file = await realpath(resolve(folder, path)).catch(() => null);
    if (!file?.startsWith(root + sep)) return null;
    const [facts] = await engine.inspect([file], { signal });
    const name = basename(file);
    return normalizeClip({
      group: {
        ...{ clipKey: name, clipName: name, cardRule: 'generic', sequence: null, span: null },
        files: [{ path: name, role: 'essence' }],
      },
      facts: new Map([[name, { ...facts!, path: name }]]),
      sizes: new Map([[name, facts!.sizeBytes]]),
    });
  };
}
