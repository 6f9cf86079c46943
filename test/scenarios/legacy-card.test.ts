import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createHasher, hashBytes } from '../../standards/hash/hasher.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeMov } from '../engine/inspect/make-mov.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { PRODUCTION } from './interrupted.ts';

const clip = (startFrame: number) =>
  makeMov({ timecode: { startFrame, timescale: 24, frameDuration: 1, numberOfFrames: 24 } });
const CARD: Record<string, Buffer> = {
  'Clips/A001C001_240426_R1AB.mov': Buffer.from(clip(864000)),
  'Clips/A001C002_240426_R1AB.mov': Buffer.from(clip(865000)),
  'Clips/A001C003_240426_R1AB.mov': Buffer.from(clip(866000)),
  'notes.txt': Buffer.from('words'),
};

function xxh32Of(bytes: Buffer): string {
  const hasher = createHasher(['xxh32']);
  hasher.update(bytes);
  return hasher.digests().xxh32!;
}

/** A list as Silverstack and others laid it at the top of a card, each file in another of the old spellings. */
function legacyList(): string {
  const [one, two, three, notes] = Object.entries(CARD) as [string, Buffer][];
  const canonical = (bytes: Buffer) => hashBytes('xxh64', bytes);
  const hash = ([path, bytes]: [string, Buffer], element: string) =>
    `<hash><file>${path.replaceAll('/', '\\')}</file><size>${bytes.length}</size>${element}</hash>`;
  const records = [
    hash(one!, `<md5>${hashBytes('md5', one![1]).toUpperCase()}</md5>`),
    hash(two!, `<xxhash64be>${canonical(two![1])}</xxhash64be>`),
    hash(
      three!,
      `<xxhash64>${Buffer.from(canonical(three![1]), 'hex').reverse().toString('hex')}</xxhash64>`,
    ),
    hash(notes!, `<xxhash>${Number.parseInt(xxh32Of(notes![1]), 16)}</xxhash>`),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\r\n<hashlist version="1.1">\r\n<creatorinfo><tool>Silverstack</tool></creatorinfo>\r\n${records.join('\r\n')}\r\n</hashlist>\r\n`;
}

function writeCard(source: string, changes: Record<string, Buffer | null>): void {
  rmSync(source, { recursive: true, force: true });
  for (const [path, bytes] of Object.entries({
    ...CARD,
    ...changes,
    'A001_240426.mhl': Buffer.from(legacyList()),
  })) {
    if (bytes === null) continue;
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), bytes);
  }
}

test('a card with nothing but a legacy MHL list is held against it; what it convicts stays out until a good offload', () =>
  withInstallation('legacy-card', async (at) => {
    const source = join(footageFolder(), 'legacy-card', '20260930', 'A001R1AB');
    const ingest = async () => {
      const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
      if (isRefusal(report)) throw new Error(report.refused.sentence);
      return report;
    };
    const altered = Buffer.from(CARD['Clips/A001C002_240426_R1AB.mov']!);
    altered[altered.length - 1]! ^= 1;
    writeCard(source, {
      'Clips/A001C002_240426_R1AB.mov': altered,
      'Clips/A001C003_240426_R1AB.mov': null,
      'notes.txt': Buffer.from('Words'),
    });
    await at.startWorker('control,io,media');

    const first = await ingest();
    expect(first).toMatchObject({ state: 'incomplete', generation: 1, counts: { verified: 1, missing: 1 } });
    const told = first.findings.map((one) => [one.code, one.subject.path]);
    expect(told).toContainEqual(['hash-mismatch', 'Clips/A001C002_240426_R1AB.mov']);
    expect(told).toContainEqual(['file-missing', 'Clips/A001C003_240426_R1AB.mov']);
    // The list knows it by its XXH32 alone.
    expect(told).toContainEqual(['hash-mismatch', 'notes.txt']);
    const roll = join(footageFolder(), 'legacy-card', 'got');
    expect((await at.command('roll', 'get', first.rollId, roll)).code).toBe(0);
    // The list itself is content of the card like any other.
    expect(existsSync(join(roll, 'A001_240426.mhl'))).toBe(true);
    for (const name of ['Clips/A001C002_240426_R1AB.mov', 'notes.txt'])
      expect(existsSync(join(roll, name))).toBe(false);
    rmSync(roll, { recursive: true });

    writeCard(source, {});
    const second = await ingest();
    expect(second).toMatchObject({ state: 'sealed', generation: 2, counts: { verified: 4, missing: 0 } });
  }));
