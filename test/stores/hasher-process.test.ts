import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHasher, type HashAlgorithm } from '../../standards/hash/hasher.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import { hashLocalFiles } from '../../stores/hashing/hash-local-files.ts';
import { hashThreads } from '../../stores/hashing/hash-threads.ts';
import { type HasherProcess, hasherProcess } from '../../stores/hashing/hasher-process.ts';
import { startAhead } from '../../stores/hashing/head-start.ts';
import { toolPath } from '../support/tools.ts';

const MEBIBYTE = 1 << 20;
const FORMATS: HashAlgorithm[] = ['xxh128', 'xxh3', 'xxh32', 'xxh64'];

let folder = '';
let hasher: HasherProcess;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rushes-hash-files-'));
  hasher = hasherProcess(toolPath('hash-files'), 2);
});
afterEach(() => {
  hasher.end();
  rmSync(folder, { recursive: true, force: true });
});

function makeFile(name: string, sizeBytes: number): Buffer {
  const bytes = randomFillSync(Buffer.alloc(sizeBytes));
  writeFileSync(path.join(folder, name), bytes);
  return bytes;
}

function digestsOf(bytes: Buffer, formats: HashAlgorithm[]) {
  const own = createHasher(formats);
  own.update(bytes);
  return own.digests();
}

async function hashAll(names: readonly string[], formats = FORMATS): Promise<Map<string, Observation>> {
  const found = new Map<string, Observation>();
  const orders = names.map((name) => ({ path: name, sizeBytes: 0, formats }));
  await hashLocalFiles(orders, (name, one) => found.set(name, one), { folder, count: 2, hasher });
  return found;
}

describe('the program that hashes cards', () => {
  // Around a piece that is read, the size from which files are mapped, and one and two windows of a map.
  const sizes = [
    0,
    1,
    256 << 10,
    2 * MEBIBYTE - 1,
    2 * MEBIBYTE,
    8 * MEBIBYTE,
    8 * MEBIBYTE + 1,
    17 * MEBIBYTE + 5,
  ];

  test('gives the digests that the library gives, whatever the size of the file', async () => {
    const made = new Map(
      sizes.map((size, index) => [`f ${index}\n.mov`, makeFile(`f ${index}\n.mov`, size)]),
    );
    const found = await hashAll([...made.keys()]);
    for (const [name, bytes] of made)
      expect(found.get(name), name).toEqual({ digests: digestsOf(bytes, FORMATS) });
  });

  test('gives the same digests in every set of formats, alone and among other large files', async () => {
    const names = ['a', 'b', 'c'];
    const bytes = names.map((name, at) => makeFile(name, 9 * MEBIBYTE + at));
    for (let set = 1; set < 2 ** FORMATS.length; set += 1) {
      const formats = FORMATS.filter((_, at) => (set >> at) % 2 === 1).reverse();
      const expected = bytes.map((one) => ({ digests: digestsOf(one, formats) }));
      expect((await hashAll(['a'], formats)).get('a'), formats.join()).toEqual(expected[0]);
      const found = await hashAll(names, formats);
      expect(
        names.map((name) => found.get(name)),
        formats.join(),
      ).toEqual(expected);
    }
  });

  test('leaves the other formats to the threads, in the same call', async () => {
    const bytes = makeFile('mixed', 3 * MEBIBYTE);
    const found = new Map<string, Observation>();
    const order = (formats: HashAlgorithm[], name: string) => ({
      path: name,
      sizeBytes: bytes.length,
      formats,
    });
    writeFileSync(path.join(folder, 'xx'), bytes);
    await hashLocalFiles(
      [order(['md5', 'xxh64'], 'mixed'), order(['xxh64'], 'xx')],
      (name, one) => found.set(name, one),
      { folder, count: 2, hasher },
    );
    expect(found.get('mixed')).toEqual({ digests: digestsOf(bytes, ['md5', 'xxh64']) });
    expect(found.get('xx')).toEqual({ digests: digestsOf(bytes, ['xxh64']) });
  });

  test('takes tens of thousands of orders without a word to whoever started it', async () => {
    makeFile('small', 10);
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    try {
      let count = 0;
      const orders = Array.from({ length: 50_000 }, () => ({ path: 'small', formats: ['xxh64' as const] }));
      await hasher.hash(folder, orders, () => {
        count += 1;
      });
      // A warning is told in a turn of its own.
      await new Promise((turn) => setImmediate(turn));
      expect(count).toBe(orders.length);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', warned);
    }
  });

  test('tells a result at once while more orders may come', async () => {
    const bytes = makeFile('a', 100);
    for (let round = 0; round < 3; round += 1)
      expect((await hashAll(['a'])).get('a')).toEqual({ digests: digestsOf(bytes, FORMATS) });
  });

  test('begins with many small files before it is known that they are wanted', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `s${index}`);
    const made = new Map(names.map((name, index) => [name, makeFile(name, index)]));
    const files = names.map((name, index) => ({ path: name, sizeBytes: index }));
    const threads = hashThreads();
    const headStart = startAhead(files, ['xxh128'], { folder, threads, others: 1, hasher });
    const found = new Map<string, Observation>();
    await hashLocalFiles(
      files.map((file) => ({ ...file, formats: ['xxh128'] })),
      (name, one) => found.set(name, one),
      { folder, count: 2, threads, hasher, headStart },
    );
    for (const [name, bytes] of made)
      expect(found.get(name)).toEqual({ digests: digestsOf(bytes, ['xxh128']) });
  });

  test('says why a file cannot be read, and goes on with the others', async () => {
    const bytes = makeFile('good', 10);
    mkdirSync(path.join(folder, 'folder'));
    const found = await hashAll(['gone', 'folder', 'good', 'x'.repeat(300)]);
    expect(found.get('gone')).toEqual({ error: 'ENOENT: no such file or directory' });
    expect(found.get('folder')).toEqual({ error: 'it is not a file' });
    expect(found.get('x'.repeat(300))).toEqual({ error: 'ENAMETOOLONG: name too long' });
    expect(found.get('good')).toEqual({ digests: digestsOf(bytes, FORMATS) });
  });

  test.each([
    ['by one thread', ['xxh128']],
    ['by two threads that share it', ['xxh128', 'xxh64']],
  ] as const)(
    'a file that is cut short while it is mapped %s is told as changed, and ends nothing',
    async (_, formats) => {
      const sizeBytes = 192 * MEBIBYTE;
      const bytes = makeFile('cut', sizeBytes);
      const digests = digestsOf(bytes, [...formats]);
      const whole = formats.map((format) => digests[format]).join(' ');
      const answers: string[] = [];
      const changed = () => answers.filter((one) => one.includes('changed')).length;
      // Whether it is stopped in the middle is a matter of a few thousandths of a second: a few times, and once in any case.
      for (let round = 0; changed() < (round < 40 ? 3 : 1) && round < 2000; round += 1) {
        if (round > 0) writeFileSync(path.join(folder, 'cut'), bytes);
        answers.push(await hashWhileCut(path.join(folder, 'cut'), formats, round % 4));
      }
      for (const answer of answers)
        expect(answer).toMatch(new RegExp(`^0 (ok ${whole}|changed ${sizeBytes} \\d+)\n$`));
      expect(changed()).toBeGreaterThan(0);
    },
  );

  test('where it cannot be started the threads do its work', async () => {
    const bytes = makeFile('a', 10);
    for (const unfit of [path.join(folder, 'a'), path.join(folder, 'not-there')]) {
      hasher = hasherProcess(unfit, 2);
      hasher.start();
      for (let round = 0; round < 2; round += 1)
        expect((await hashAll(['a'])).get('a')).toEqual({ digests: digestsOf(bytes, FORMATS) });
    }
  });

  test('its end before the last result is a fault, and said so', async () => {
    makeFile('a', 10);
    hasher = hasherProcess('/bin/true', 2);
    await expect(hashAll(['a'])).rejects.toThrow('/bin/true ended with 0 before it had told every result');
  });
});

/** Stops the program when it has mapped a file, cuts the file, and lets it go on; what it then says. */
async function hashWhileCut(file: string, formats: readonly string[], afterMs: number): Promise<string> {
  const child = spawn(toolPath('hash-files'), [String(formats.length)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (text: Buffer) => {
    told += text.toString();
  });
  const ended = new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  child.stdin.end(`${formats.join(',')}\0${file}\0`);
  const isMapped = () => mapsOf(child.pid!).includes(file);
  while (child.exitCode === null && !isMapped()) await new Promise((turn) => setImmediate(turn));
  await sleep(afterMs);
  child.kill('SIGSTOP');
  const descriptor = openSync(file, 'r+');
  ftruncateSync(descriptor, MEBIBYTE + 17);
  closeSync(descriptor);
  child.kill('SIGCONT');
  expect(await ended).toEqual([0, null]);
  return told;
}

/** Files that a process has in its memory; nothing of one that has just ended, of which some systems say that it is not there. */
function mapsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8');
  } catch {
    return '';
  }
}
