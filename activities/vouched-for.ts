import type { Digests } from '../schemas/hash.ts';
import type { RollRequest } from '../schemas/roll.ts';
import { layBeside } from '../standards/mhl/known-tree.ts';
import { workMark } from './complete-begun-work.ts';
import type { Dependencies } from './dependencies.ts';
import { readRoll, STORED } from './roll-tree.ts';

/** Tells what others than this service recorded of a stored original, by format; empty where nobody did. */
export type VouchedFor = (path: string) => Promise<Digests>;

/**
 * What the history that came with a roll's first card says of its originals. A generation of our own only says what was taken in;
 * one of a camera or a cart is a second witness. Read when first asked for.
 */
export function vouchedFor(deps: Dependencies, roll: RollRequest): VouchedFor {
  let reading: ReturnType<typeof witnesses> | undefined;
  return async (path) => {
    reading ??= witnesses(deps, roll);
    return (await reading).get(path) ?? {};
  };
}

async function witnesses(deps: Dependencies, roll: RollRequest): Promise<Map<string, Digests>> {
  const { entries, histories } = await readRoll(deps, roll, STORED);
  const others = new Set(
    histories.all.flatMap(({ scope, generations }) =>
      generations
        .filter(({ trusted, creator }) => trusted && creator.comment?.startsWith(workMark(roll)) !== true)
        .map(({ number }) => `${scope}/${number}`),
    ),
  );
  const scopes = histories.all.map(({ scope }) => scope);
  const told = new Map<string, Digests>();
  for (const [path, { digests }] of layBeside(histories, entries).known) {
    const found: Digests = {};
    for (const { format, digest, generation } of digests)
      if (scopes.some((scope) => others.has(`${scope}/${generation}`))) found[format] ??= digest;
    if (Object.keys(found).length > 0) told.set(path, found);
  }
  return told;
}
