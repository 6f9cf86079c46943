import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mhlCommand } from '../../cli/mhl.ts';
import { builtProgram } from '../../setup/native-programs.mjs';

let folder = '';
let card = '';
const cache = process.env.RUSHES_CACHE;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rushes-cli-mhl-hasher-'));
  card = path.join(folder, 'A001');
});
afterEach(() => {
  if (cache === undefined) delete process.env.RUSHES_CACHE;
  else process.env.RUSHES_CACHE = cache;
  rmSync(folder, { recursive: true, force: true });
});

async function json(...args: string[]) {
  let stdout = '';
  const code = await mhlCommand([...args, '--json'], {
    stdout: (text) => {
      stdout += text;
    },
    stderr: () => undefined,
  });
  return { code, ...JSON.parse(stdout) };
}

function makeCard(): void {
  mkdirSync(card);
  for (let index = 0; index < 900; index += 1)
    writeFileSync(path.join(card, `${index}.dpx`), `frame ${index}`);
  writeFileSync(path.join(card, 'large.mov'), Buffer.alloc(70 << 20, 'rushes '));
}

describe('a card that is worth more than one thread', () => {
  for (const formats of ['xxh128', 'xxh64,xxh3,xxh128', 'xxh128,md5']) {
    test(`has one verdict in ${formats}, whether set-up has built the program that hashes or not`, async () => {
      expect(builtProgram('hash-files')).not.toBeNull();
      makeCard();
      const manifests = [];
      for (const place of [cache, path.join(folder, 'nothing-built')]) {
        if (place === undefined) delete process.env.RUSHES_CACHE;
        else process.env.RUSHES_CACHE = place;
        const { code, generations } = await json('create', card, '--format', formats);
        expect(code).toBe(0);
        manifests.push(
          readFileSync(path.join(card, generations[0].path), 'utf8').match(/>[0-9a-f]{16,32}</g),
        );
        expect(await json('verify', card)).toMatchObject({ code: 0, counts: { verified: 901, failed: 0 } });
        writeFileSync(path.join(card, '17.dpx'), 'frame 71');
        rmSync(path.join(card, '18.dpx'));
        expect(await json('verify', card)).toMatchObject({
          code: 11,
          counts: { verified: 899, failed: 1, missing: 1 },
          findings: expect.arrayContaining([
            expect.objectContaining({
              code: 'hash-mismatch',
              subject: expect.objectContaining({ id: '17.dpx' }),
            }),
            expect.objectContaining({
              code: 'file-missing',
              subject: expect.objectContaining({ id: '18.dpx' }),
            }),
          ]),
        });
        rmSync(path.join(card, 'ascmhl'), { recursive: true });
        for (const index of [17, 18]) writeFileSync(path.join(card, `${index}.dpx`), `frame ${index}`);
      }
      expect(manifests[0]!.length).toBeGreaterThan(900);
      expect(manifests[1]).toEqual(manifests[0]);
    });
  }
});
