import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealCard } from '../../footage/seal-card.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { PRODUCTION } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { removeNewest } from './remove-newest.ts';
import { deliveryOf } from './same-delivery.ts';

const DAY = '20260930';
const FILES: Record<string, string> = { 'Clips/a.mov': 'a', 'Clips/b.mov': 'b', 'top.txt': 'c' };
let at: TestInstallation;

beforeAll(async () => {
  at = await makeInstallation('broken-history');
  await at.startWorker('control,io,media');
});
afterAll(() => at?.close());

function makeCard(name: string): string {
  const card = join(footageFolder(), 'broken-history', DAY, name);
  rmSync(card, { recursive: true, force: true });
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(card, path)), { recursive: true });
    writeFileSync(join(card, path), text);
  }
  return card;
}

async function told(started: Promise<{ result(): Promise<unknown> }>): Promise<RollReport> {
  const report = (await (await started).result()) as RollReport | { refused: { sentence: string } };
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report as RollReport;
}

const ingested = (source: string) => told(at.rushes.ingestRoll({ production: PRODUCTION, source }));
const verified = (roll: string) =>
  told(at.rushes.verifyRoll({ production: PRODUCTION, shootDay: DAY, roll }));
const originals = (roll: string) => join(at.objects.dataDir, 'studio-ocf', PRODUCTION, DAY, roll);

/** Paths in quarantine of a roll, whatever the offload. */
function inQuarantine(roll: string): string[] {
  const folder = join(at.objects.dataDir, 'studio-work/quarantine', PRODUCTION, DAY, roll);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

const manifestIn = (folder: string) =>
  join(folder, 'ascmhl', readdirSync(join(folder, 'ascmhl')).find((name) => name.endsWith('.mhl'))!);
const cut = (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 600));
const DAMAGES: Record<string, (card: string) => void> = {
  'whose manifest was cut short': (card) => cut(manifestIn(card)),
  'whose chain is not XML': (card) => writeFileSync(join(card, 'ascmhl/ascmhl_chain.xml'), 'no XML'),
  'whose chain is gone': (card) => rmSync(join(card, 'ascmhl/ascmhl_chain.xml')),
  'with an empty manifest in a nested history': (card) => writeFileSync(manifestIn(join(card, 'Clips')), ''),
  'whose chain has zero bytes': (card) => writeFileSync(join(card, 'ascmhl/ascmhl_chain.xml'), ''),
  'whose chain does not say in what encoding it is': (card) =>
    writeFileSync(join(card, 'ascmhl/ascmhl_chain.xml'), Buffer.from('<a>\xe9\xff</a>', 'latin1')),
};

for (const [index, [what, damage]] of Object.entries(DAMAGES).entries())
  test(`a card ${what}: its files go in, its history does not, and the card as it was made completes the roll`, async () => {
    const name = `B00${index}`;
    const card = makeCard(name);
    await sealCard(join(card, 'Clips'), toolPaths());
    await sealCard(card, toolPaths());
    const documents = ['ascmhl', 'Clips/ascmhl'].flatMap((folder) =>
      readdirSync(join(card, folder)).map((file) => join(folder, file)),
    );
    const good = new Map(documents.map((file) => [file, readFileSync(join(card, file))]));
    damage(card);

    const first = await ingested(card);
    expect(first).toMatchObject({ state: 'incomplete', generation: null });
    expect(first.findings).toContainEqual(
      expect.objectContaining({
        code: 'quarantined',
        subject: expect.objectContaining({ path: 'ascmhl' }),
        forPeople: expect.stringContaining('The MHL history of this card is not whole and was not taken in'),
      }),
    );
    expect(readFileSync(join(originals(name), 'Clips/a.mov'), 'utf8')).toBe('a');
    expect(existsSync(join(originals(name), 'ascmhl'))).toBe(false);
    expect(inQuarantine(name)).toHaveLength(what.endsWith('gone') ? documents.length - 1 : documents.length);

    expect(await verified(name)).toMatchObject({ state: 'incomplete', generation: null });

    for (const [file, bytes] of good) writeFileSync(join(card, file), bytes);
    expect(await ingested(card)).toMatchObject({ state: 'sealed', generation: 2, counts: { verified: 3 } });
    expect(await verified(name)).toMatchObject({ state: 'sealed', generation: 3, counts: { verified: 3 } });
    expect(await referenceVerdict(originals(name))).toBe('accepted');
  });

test('where nobody has the history any more, the card without it gets its first generation', async () => {
  const card = makeCard('B100');
  await sealCard(card, toolPaths());
  cut(manifestIn(card));
  expect(await ingested(card)).toMatchObject({ state: 'incomplete', generation: null });
  rmSync(join(card, 'ascmhl'), { recursive: true });
  const again = await ingested(card);
  expect(again).toMatchObject({ state: 'sealed', generation: 1 });
  expect(again.findings.map(({ code }) => code)).toContain('no-history');
  expect(await verified('B100')).toMatchObject({ state: 'sealed', generation: 2, counts: { verified: 3 } });
  expect(await referenceVerdict(originals('B100'))).toBe('accepted');
});

test('an old list at the top of a card that was cut short stays out, and the whole one is held against the files later', async () => {
  const card = makeCard('B200');
  const records = Object.entries(FILES).map(
    ([path, text]) =>
      `<hash><file>${path}</file><size>1</size><md5>${hashBytes('md5', Buffer.from(text))}</md5></hash>`,
  );
  const list = `<?xml version="1.0" encoding="UTF-8"?><hashlist version="1.1"><creatorinfo><tool>T</tool></creatorinfo>${records.join('')}</hashlist>`;
  writeFileSync(join(card, 'list.mhl'), list.slice(0, -30));
  const first = await ingested(card);
  expect(first.state).toBe('incomplete');
  expect(first.findings).toContainEqual(
    expect.objectContaining({
      code: 'quarantined',
      forPeople: expect.stringContaining('list.mhl cannot be used'),
    }),
  );
  expect(inQuarantine('B200')).toEqual(['list.mhl']);
  expect(await verified('B200')).toMatchObject({ state: 'incomplete' });

  writeFileSync(join(card, 'list.mhl'), list);
  expect(await ingested(card)).toMatchObject({ state: 'sealed', counts: { verified: 3, failed: 0 } });
  expect(readFileSync(join(originals('B200'), 'list.mhl'), 'utf8')).toBe(list);
  expect(await verified('B200')).toMatchObject({ state: 'sealed', counts: { verified: 4 } });
});

for (const [what, roll, lose] of [
  ['the newest generation', 'B300', (folder: string) => removeNewest(folder)],
  [
    'the newest generation of a nested history',
    'B301',
    (folder: string) => removeNewest(join(folder, 'Clips')),
  ],
  ['the whole history', 'B302', (folder: string) => rmSync(join(folder, 'ascmhl'), { recursive: true })],
] as const)
  test(`${what} that somebody removed from the originals is missed every time, whatever is done, and nothing takes its place`, async () => {
    const card = makeCard(roll);
    await sealCard(join(card, 'Clips'), toolPaths());
    await sealCard(card, toolPaths());
    expect(await ingested(card)).toMatchObject({ state: 'sealed', generation: 2 });
    const kept = join(at.folder, `kept-${roll}`);
    cpSync(originals(roll), kept, { recursive: true });
    lose(originals(roll));
    const left = deliveryOf(originals(roll));

    for (const again of [verified, verified, verified, () => ingested(card)]) {
      const report = await again(roll);
      expect(report).toMatchObject({ state: 'incomplete', generation: null });
      expect(report.findings.map(({ code }) => code)).toContain('manifest-missing');
    }
    expect(deliveryOf(originals(roll))).toEqual(left);

    cpSync(kept, originals(roll), { recursive: true });
    expect(await verified(roll)).toMatchObject({ state: 'sealed', generation: 3, counts: { verified: 3 } });
    expect(await referenceVerdict(originals(roll))).toBe('accepted');
  });

test('a file in an ascmhl folder that is far too large for a document of a history is told, stands in quarantine, and the rest goes in', async () => {
  const card = makeCard('B400');
  await sealCard(card, toolPaths());
  const stray = join(card, 'ascmhl/movie.mov');
  writeFileSync(stray, '');
  truncateSync(stray, 2 ** 29 + 1);
  const first = await ingested(card);
  for (const report of [first, await verified('B400')]) {
    expect(report).toMatchObject({ state: 'incomplete', counts: { verified: 3 } });
    expect(report.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        code: 'quarantined',
        forPeople: expect.stringContaining('ascmhl/movie.mov is no part of an MHL history'),
      },
    ]);
  }
  expect(inQuarantine('B400')).toEqual(['movie.mov']);
  expect(existsSync(join(originals('B400'), 'ascmhl/movie.mov'))).toBe(false);

  rmSync(stray);
  expect(await ingested(card)).toMatchObject({ state: 'sealed', counts: { verified: 3 } });
  expect(await verified('B400')).toMatchObject({ state: 'sealed', counts: { verified: 3 } });
  expect(await referenceVerdict(originals('B400'))).toBe('accepted');
});
