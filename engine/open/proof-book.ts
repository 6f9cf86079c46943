import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import type { RouteProof } from './prove-route.ts';

/** What is to be proven: `clip` says it shortly, `kind` in full, for all clips that go through the same arithmetic. */
export type Claim = { clip: string; kind: () => Promise<unknown>; prove: () => Promise<RouteProof> };

/** Remembers on which kinds of clips the fast route was proven, here and with these programs. */
export type ProofBook = {
  /** Proves a claim unless that was done; who comes while it is being done waits for it. */
  ensure(claim: Claim): Promise<void>;
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
  const clips = new Set<string>();
  const pages = new Map<string, Promise<void>>();
  const write = async (page: string, prove: Claim['prove']) => {
    const path = folder && join(folder, `${page}.json`);
    if (path && (await readFile(path).catch(() => null))) return;
    const proof = await prove();
    if (path) await writePage(path, folder, proof).catch(() => {});
  };
  return {
    async ensure({ clip, kind, prove }) {
      if (clips.has(clip)) return;
      const processor = cpus()[0]?.model ?? 'unknown';
      const page = sha256OfCanonical({ kind: await kind(), fingerprint: await fingerprint(), processor });
      // Another render's proof may have been aborted with it; that says nothing about this one.
      const others = await pages.get(page)?.then(
        () => true,
        () => false,
      );
      if (!others) {
        const proof = write(page, prove);
        pages.set(page, proof);
        await proof;
      }
      clips.add(clip);
    },
  };
}

async function writePage(page: string, folder: string, proof: RouteProof): Promise<void> {
  await mkdir(folder, { recursive: true });
  const half = `${page}.${process.pid}`;
  await writeFile(half, `${JSON.stringify({ version: 1, kind: 'route-proof', ...proof })}\n`);
  await rename(half, page);
}
