import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import type { RouteProof } from './prove-route.ts';

/** Remembers on which recipes the fast route was proven, here and with these programs. */
export type ProofBook = {
  /** Proves a recipe unless that was done; who comes while it is being done waits for it. */
  ensure(recipe: string, prove: () => Promise<RouteProof>): Promise<void>;
};

/**
 * Opens the book.
 * @param folder kept between processes, so that a process that renders one segment need not prove again; a folder that
 *   cannot be written only costs time. @default kept in memory
 * @param fingerprint versions of all that makes pixels: a proof holds for no other
 */
export function openProofBook(
  folder: string | undefined,
  fingerprint: () => Promise<Record<string, string>>,
): ProofBook {
  const known = new Map<string, Promise<void>>();
  const pageOf = async (recipe: string) => {
    const key = { recipe, fingerprint: await fingerprint(), processor: cpus()[0]?.model ?? 'unknown' };
    return folder === undefined ? undefined : join(folder, `${sha256OfCanonical(key)}.json`);
  };
  const look = async (recipe: string, prove: () => Promise<RouteProof>) => {
    const page = await pageOf(recipe);
    if (page !== undefined && (await readFile(page).catch(() => null))) return;
    const proof = await prove();
    if (page !== undefined) await write(page, folder!, proof).catch(() => {});
  };
  return {
    async ensure(recipe, prove) {
      // Another render's proof may have been aborted with it; that says nothing about the recipe.
      const isProven = await known.get(recipe)?.then(
        () => true,
        () => false,
      );
      if (isProven) return;
      const proof = look(recipe, prove);
      known.set(recipe, proof);
      await proof;
    },
  };
}

async function write(page: string, folder: string, proof: RouteProof): Promise<void> {
  await mkdir(folder, { recursive: true });
  const half = `${page}.${process.pid}`;
  await writeFile(half, `${JSON.stringify({ version: 1, kind: 'route-proof', ...proof })}\n`);
  await rename(half, page);
}
