import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { readChain, writeChain } from '../../standards/mhl/chain.ts';
import { contentFilter } from '../../standards/mhl/history.ts';
import { loadHistories } from '../../standards/mhl/load-histories.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import {
  type MemoryTree,
  makeCard,
  manifestPath,
  memoryTree,
  record,
  verdictOf,
} from '../standards/mhl/memory-tree.ts';
import { discard, scratch, writeFiles } from './mhl-cards.ts';

const CHAIN = 'ascmhl/ascmhl_chain.xml';
const ROUNDS = 1500;
const SEED = 0x5eed;
/** No single look at a small card may take more of the processor, whatever its manifests say. */
const MOST_CPU_SECONDS = 3;

const HOSTILE = [
  '../../etc/passwd',
  '/etc/passwd',
  'C:\\x',
  '..\\..\\x',
  '\0',
  '&#0;',
  '&x;',
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '<hash>',
  '</hash>',
  '<path>',
  '</path>',
  'action="failed"',
  'action="original"',
  'xmlns="urn:x"',
  'sequencenr="-1"',
  'sequencenr="99999999999999999999"',
  '*',
  '**/**/**',
  '[',
  '!',
  '\ud800',
  '\ufeff',
  'é',
  '\u202e',
  '<previousPath>Sidecar.txt</previousPath>',
  'size="-1"',
  '<metadata>',
  '\u0001',
  '%00',
  '"',
  "'",
  '<',
  '>',
  '&',
];

/** A small generator with a seed (mulberry32): a failing round can be run again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function mutate(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * (bytes.length + 1));
  const length = Math.floor(random() ** 3 * 400);
  const insert = (text: string) =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
  switch (Math.floor(random() * 7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      flipped[Math.min(at, bytes.length - 1)]! ^= 1 << Math.floor(random() * 8);
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + length))]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 4: {
      const lines = bytes.toString('latin1').split('\n');
      const [one, other] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
      [lines[one], lines[other]] = [lines[other]!, lines[one]!];
      return Buffer.from(lines.join('\n'), 'latin1');
    }
    case 5:
      return insert(HOSTILE[Math.floor(random() * HOSTILE.length)]!);
    default:
      return mutateWord(bytes, random);
  }
}

/** Exchanges the text of one element: most such documents can still be parsed, and lie. */
function mutateWord(bytes: Buffer, random: () => number): Buffer {
  const words = bytes.toString('latin1').match(/>[^<>\n]+</g) ?? ['>x<'];
  const word = words[Math.floor(random() * words.length)]!;
  const other =
    random() < 0.5
      ? words[Math.floor(random() * words.length)]!
      : `>${HOSTILE[Math.floor(random() * HOSTILE.length)]!}<`;
  return Buffer.from(
    bytes.toString('latin1').replace(word, () => other),
    'latin1',
  );
}

function copyOf(tree: MemoryTree): MemoryTree {
  const copy = memoryTree({}, tree.name);
  for (const [path, bytes] of tree.files) copy.files.set(path, Buffer.from(bytes));
  return copy;
}

/** Makes the chain vouch for the manifests as they are now: what a liar with write access does. */
function signAgain(tree: MemoryTree): void {
  const entries = readChain(tree.files.get(CHAIN)!).map((entry) => ({
    ...entry,
    c4: hashBytes('c4', tree.files.get(`ascmhl/${entry.path}`)!),
  }));
  tree.files.set(CHAIN, Buffer.from(writeChain(entries)));
}

async function seededCard(): Promise<MemoryTree> {
  const tree = makeCard();
  await record(tree);
  tree.files.set('Notes.txt', Buffer.from('a note'));
  await record(tree, { formats: ['md5', 'xxh64'] });
  return tree;
}

async function timed<T>(work: () => Promise<T>): Promise<T> {
  // Not of the clock: the machine may be busy, or stand still.
  const before = process.cpuUsage();
  const result = await work();
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(MOST_CPU_SECONDS);
  return result;
}

describe(`${ROUNDS} damaged histories from seed ${SEED}`, () => {
  test('a changed manifest is never good: the chain knows', async () => {
    const random = generator(SEED);
    const card = await seededCard();
    for (let round = 0; round < ROUNDS; round += 1) {
      const tree = copyOf(card);
      const path = manifestPath(tree, random() < 0.5 ? 1 : 2);
      const changed = mutate(tree.files.get(path)!, random);
      const isChanged = !changed.equals(tree.files.get(path)!);
      tree.files.set(path, changed);
      tree.chunkBytes = 1 + Math.floor(random() * 5000);
      const verdict = await timed(() => verdictOf(tree));
      expect(verdict.ok, `round ${round}`).toBe(!isChanged);
    }
  });

  test('a changed chain is good only where it says the same', async () => {
    const random = generator(SEED + 1);
    const card = await seededCard();
    const said = readChain(card.files.get(CHAIN)!);
    for (let round = 0; round < ROUNDS; round += 1) {
      const tree = copyOf(card);
      tree.files.set(CHAIN, mutate(tree.files.get(CHAIN)!, random));
      const verdict = await timed(() => verdictOf(tree));
      if (verdict.ok) expect(readChain(tree.files.get(CHAIN)!), `round ${round}`).toEqual(said);
    }
  });

  test('an altered file is never good, whatever was done to the manifests and signed again', async () => {
    const random = generator(SEED + 2);
    const card = await seededCard();
    const victims = ['Sidecar.txt', 'Clips/A001C001.mov', 'Notes.txt'];
    let parsed = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const tree = copyOf(card);
      const victim = victims[round % victims.length]!;
      tree.files.set(victim, Buffer.from('not what was recorded'));
      for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
        const path = manifestPath(tree, random() < 0.5 ? 1 : 2);
        tree.files.set(path, (random() < 0.8 ? mutateWord : mutate)(tree.files.get(path)!, random));
      }
      signAgain(tree);
      const { verdict, isIgnored, usable } = await timed(() => look(tree, victim));
      parsed += usable;
      // Who says openly that a file is to be ignored has not lied about it.
      if (!isIgnored) expect(verdict.ok, `round ${round}`).toBe(false);
    }
    // Else this test would only have tried what cannot be parsed anyway.
    expect(parsed).toBeGreaterThan(ROUNDS / 2);
  });
});

async function look(tree: MemoryTree, victim: string) {
  const histories = await loadHistories(tree, await listTree(tree));
  const usable = histories.all[0]?.generations.length === 2 ? 1 : 0;
  return { verdict: await verdictOf(tree), isIgnored: contentFilter(histories)(victim, false), usable };
}

test('200,000 records are read in bounded memory and good time', async () => {
  const count = 200_000;
  const digest = hashBytes('xxh128', Buffer.alloc(0));
  const records = Array.from({ length: count }, (_, index) => {
    return `<hash><path size="0" lastmodificationdate="2026-01-15T10:00:00+00:00">Clips/A001C${String(index).padStart(6, '0')}_frame.dpx</path><xxh128 action="original" hashdate="2026-01-15T10:00:00+00:00">${digest}</xxh128></hash>`;
  });
  const head =
    '<creatorinfo><creationdate>2026-01-15T10:00:00Z</creationdate><hostname>h</hostname><tool>t</tool></creatorinfo><processinfo><process>in-place</process></processinfo>';
  const manifest = Buffer.from(
    `<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0">${head}<hashes>${records.join('\n')}</hashes></hashlist>`,
  );
  records.length = 0;
  const name = '0001_A001_2026-01-15_100000Z.mhl';
  const folder = scratch();
  try {
    writeFiles(folder, {
      [`ascmhl/${name}`]: manifest.toString(),
      [CHAIN]: Buffer.from(writeChain([{ sequenceNumber: 1, path: name, c4: hashBytes('c4', manifest) }])),
    });
    // A heap that is full ends the process: how much room it would have liked to take is the collector's affair.
    const reader = [
      '--max-old-space-size=250',
      path.join(import.meta.dirname, 'mhl-history-reader.ts'),
      folder,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, reader, { encoding: 'utf8' });
    expect(status, stderr.slice(-2000)).toBe(0);
    const { files, cpuSeconds } = JSON.parse(stdout) as { files: number; cpuSeconds: number };
    expect(files).toBe(count);
    expect(cpuSeconds).toBeLessThan(20);
  } finally {
    discard(folder);
  }
});
