import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashThroughTree } from '../../standards/mhl/examine-tree.ts';
import type { HashOrder } from '../../standards/mhl/plan-hashing.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { hashLocalFiles } from '../../stores/hashing/hash-local-files.ts';
import { onlyAsListed } from '../../stores/hashing/only-as-listed.ts';
import { openLocalTree } from '../../stores/local-tree.ts';

const order = (path: string, sizeBytes: number): HashOrder => ({ path, sizeBytes, formats: ['xxh128'] });
const orders = [order('still', 5), order('grown', 3), order('cut', 9), order('gone', 5)];
const expected = {
  still: { digests: { xxh128: expect.any(String) } },
  grown: { error: 'it changed after it was listed (3 bytes then, 5 now)' },
  cut: { error: 'it changed after it was listed (9 bytes then, 5 now)' },
  gone: { error: expect.stringMatching(/ENOENT|does not exist/) },
};

test('a file that grew or was cut after its listing has no hash to record: size and hash of a record are of one file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-listed-'));
  try {
    for (const name of ['still', 'grown', 'cut']) writeFileSync(join(folder, name), 'bytes');
    const local: Record<string, Observation> = {};
    const keep = (path: string, one: Observation) => {
      local[path] = one;
    };
    await hashLocalFiles(orders, onlyAsListed(folder, orders, keep), { folder });
    expect(local).toEqual(expected);

    const throughTree: Record<string, Observation> = {};
    await hashThroughTree(openLocalTree(folder))(orders, (path, one) => {
      throughTree[path] = one;
    });
    expect(throughTree).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
