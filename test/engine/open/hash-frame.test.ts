import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashFrame } from '../../../engine/open/hash-frame.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-hash-frame-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 12_345])(
  'a frame of %i bytes has the digest that its bytes have in one piece',
  async (sizeBytes) => {
    const bytes = Buffer.alloc(sizeBytes);
    for (let at = 0; at < sizeBytes; at++) bytes[at] = (at * 31 + (at >> 8)) & 255;
    const file = join(folder, `${sizeBytes}.exr`);
    await writeFile(file, bytes);
    expect(await hashFrame(file)).toEqual({ sizeBytes, xxh128: hashBytes('xxh128', bytes) });
  },
);
