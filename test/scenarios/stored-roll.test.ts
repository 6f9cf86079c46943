import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendGeneration } from '../../activities/append-generation.ts';
import { sealCard } from '../../footage/seal-card.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { PRODUCTION } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { deliveryOf } from './same-delivery.ts';

const DAY = '20260930';
let at: TestInstallation;

beforeAll(async () => {
  at = await makeInstallation('stored-roll');
  await at.startWorker('control,io,media');
});

afterAll(() => at?.close());

/** A card with these files; null makes a folder. */
function makeFiles(name: string, files: Record<string, string | null>): string {
  const folder = join(footageFolder(), 'stored-roll', DAY, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, text === null ? path : `${path}/..`), { recursive: true });
    if (text !== null) writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function ingested(source: string): Promise<RollReport> {
  return told(await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result());
}

async function verified(roll: string): Promise<RollReport> {
  const request = { production: PRODUCTION, shootDay: DAY, roll };
  return told(await (await at.rushes.verifyRoll(request)).result());
}

function told(report: Awaited<ReturnType<typeof verified>> | { refused: { sentence: string } }): RollReport {
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report as RollReport;
}

async function fetched(roll: string): Promise<string> {
  const folder = join(at.folder, 'fetched', roll);
  const { code, stderr } = await at.command('roll', 'get', `${PRODUCTION}/${DAY}/${roll}`, folder);
  expect(code, stderr).toBe(0);
  return folder;
}

const outcomeOf = async (roll: string, path: string) =>
  (await at.local.deps.catalogue.filesOf(`${PRODUCTION}/${DAY}/${roll}`)).find((file) => file.path === path)
    ?.outcome;
const codes = (report: RollReport) => report.findings.map(({ code }) => code);

describe('a card with empty folders and odd names', () => {
  const files = {
    'Clips/A001.mov': 'a',
    'Clips/zero.bin': '',
    'Empty/Deep': null,
    Empty2: null,
    'OnlyOs/.DS_Store': 'left by a Mac',
    'Caf\u00e9.wav': 'one form',
    'Cafe\u0301.wav': 'the other form',
    'a+b %20.txt': 'x',
    ' begins with a space.txt': 'l',
    [`${'n'.repeat(251)}.mov`]: 'as long as a name can be',
  };

  for (const isSealed of [true, false])
    test(`${isSealed ? 'sealed by the reference' : 'without a history'} is whole when read back, and when fetched`, async () => {
      const name = isSealed ? 'ODD1' : 'ODD2';
      const card = makeFiles(name, files);
      if (isSealed) await sealCard(card, toolPaths());
      // Sealed and taken in within one second: the names of both generations tell the same time.
      expect(await ingested(card)).toMatchObject({ state: 'sealed', generation: isSealed ? 2 : 1 });
      expect(await verified(name)).toMatchObject({ state: 'sealed', counts: { missing: 0, failed: 0 } });
      expect(await referenceVerdict(await fetched(name))).toBe('accepted');
    });
});

test('what no store can hold and what leads out is told, the rest goes in, and a later verification does not call the roll whole', async () => {
  const long = ['d', 'e', 'f', 'g', 'h'].map((letter) => letter.repeat(200)).join('/');
  const card = makeFiles('HOSTILE', { 'ok.mov': 'ok', [`${long}.mov`]: 'long' });
  writeFileSync(join(card, 'bell\u0007.mov'), 'bell');
  writeFileSync(Buffer.concat([Buffer.from(`${card}/bad`), Buffer.from([0xff, 0xfe])]), 'not UTF-8');
  symlinkSync('/etc/passwd', join(card, 'out.mov'));
  execFileSync('mkfifo', [join(card, 'pipe.mov')]);
  const lacking = [`${long}.mov`, 'bell\u0007.mov', 'bad\\xff\\xfe', 'out.mov', 'pipe.mov'];
  for (const report of [await ingested(card), await verified('HOSTILE')]) {
    expect(report.state).toBe('incomplete');
    const paths = report.findings.filter(({ severity }) => severity === 'error').map((f) => f.subject.path);
    expect(new Set(paths)).toEqual(new Set(lacking));
    for (const { forPeople } of report.findings) expect(forPeople).not.toContain('root:');
  }
  expect(await outcomeOf('HOSTILE', 'ok.mov')).toBe('unlisted');
});

for (const isSealed of [true, false])
  test(`an original that rotted in the store, of a card ${isSealed ? 'with' : 'without'} a history, is not called whole because a good offload comes by`, async () => {
    const name = isSealed ? 'ROT1' : 'ROT2';
    const card = makeFiles(name, { 'a.mov': 'aaaa', 'b.mov': 'bbbb' });
    if (isSealed) await sealCard(card, toolPaths());
    expect(await ingested(card)).toMatchObject({ state: 'sealed' });
    const original = join(at.objects.dataDir, `studio-ocf/${PRODUCTION}/${DAY}/${name}/a.mov`);
    writeFileSync(original, 'aaXa');

    const rotten = await verified(name);
    expect(rotten).toMatchObject({ state: 'incomplete', counts: { verified: 1, failed: 1 } });
    expect(await outcomeOf(name, 'a.mov')).toBe('damaged');

    const again = await ingested(card);
    expect(again.state).toBe('incomplete');
    const { technical, forPeople } = again.findings.find(({ code }) => code === 'quarantined')!;
    expect(forPeople).toMatch(/stored original of a\.mov is damaged.*stands in quarantine and is good/);
    expect(readFileSync(original, 'utf8')).toBe('aaXa');
    const kept = join(at.objects.dataDir, `${technical.bucket}/${technical.key}`);
    expect(readFileSync(kept, 'utf8')).toBe('aaaa');
    expect(await verified(name)).toMatchObject({ state: 'incomplete', counts: { failed: 1 } });

    // Whoever owns the bucket puts the good file in place.
    writeFileSync(original, readFileSync(kept));
    expect(await verified(name)).toMatchObject({ state: 'sealed', counts: { verified: 2, failed: 0 } });
    expect(await outcomeOf(name, 'a.mov')).toBe('verified');
    expect(await referenceVerdict(await fetched(name))).toBe('accepted');
  });

test('what a shoot day lacks is told without naming the production, also when nothing of it came', async () => {
  const announced = [
    '--production',
    'LATE',
    '--shoot-day',
    '20261224',
    '--announce',
    'A001,B001',
    '--who',
    'Ada',
  ];
  expect((await at.command('rolls', ...announced)).code).toBe(12);
  const day = await at.command('rolls', '--shoot-day', '20261224', '--json');
  expect(day.code).toBe(12);
  expect(JSON.parse(day.stdout)).toMatchObject({
    rolls: [],
    days: [{ production: 'LATE', isComplete: false, lacking: [{ roll: 'A001' }, { roll: 'B001' }] }],
  });
  for (const wrong of [
    ['--shoot-day', '2026-12-24'],
    ['--shoot-day', '20261332'],
    ['--production', 'LATE', '--shoot-day', '20261224', '--announce', 'A 001'],
  ]) {
    const refused = await at.command('rolls', ...wrong);
    expect(refused.code, wrong.join(' ')).toBe(2);
    expect(refused.stderr).toContain(`«${wrong.at(-1)}»`);
  }
});

describe('an attempt that died while it wrote a generation of a roll with a nested history', () => {
  const nested = 'A/ascmhl/ascmhl_chain.xml';
  const own = 'ascmhl/ascmhl_chain.xml';
  let input: Parameters<typeof appendGeneration.run>[1];
  let folder: string;
  let whole: Record<string, string>;

  beforeAll(async () => {
    const card = makeFiles('DIED', { 'top.mov': 't', 'A/inner.mov': 'i' });
    await sealCard(join(card, 'A'), toolPaths());
    await sealCard(card, toolPaths());
    const { startedAt } = (await ingested(card)) as RollReport & { startedAt: string };
    const { store } = at.local.deps;
    const keys: string[] = [];
    for await (const { key } of store.list(store.bucket('work'), `facts/${PRODUCTION}/verdicts/${DAY}/DIED/`))
      keys.push(key);
    const roll = {
      production: PRODUCTION,
      shootDay: DAY,
      roll: 'DIED',
      site: 'studio',
      source: card,
      priority: 3,
    };
    input = { roll, verdictKey: keys[0]!, at: startedAt };
    folder = join(at.objects.dataDir, 'studio-ocf', PRODUCTION, DAY, 'DIED');
    whole = deliveryOf(folder);
  });

  /** As it was before the newest generation of this history was committed. */
  const uncommit = (chain: string, alsoManifest = false) => {
    const file = join(folder, chain);
    const text = readFileSync(file, 'utf8');
    const from = text.lastIndexOf('  <hashlist ');
    const to = text.lastIndexOf('</hashlist>') + '</hashlist>\n'.length;
    const name = /<path>(.*)<\/path>/.exec(text.slice(from, to))![1]!;
    writeFileSync(file, text.slice(0, from) + text.slice(to));
    if (alsoManifest) rmSync(join(folder, chain, '..', name));
  };
  const cases: Record<string, () => void> = {
    'before any manifest': () => {
      uncommit(nested, true);
      uncommit(own, true);
    },
    'after the nested manifest': () => {
      uncommit(nested);
      uncommit(own, true);
    },
    'before any chain': () => {
      uncommit(nested);
      uncommit(own);
    },
    'between the nested chain and that of the roll': () => uncommit(own),
    'after both chains, before the catalogue knew': () => undefined,
  };

  for (const [when, undo] of Object.entries(cases))
    test(`${when}: the retry, on another worker, leaves the same names and bytes, and no more`, async () => {
      undo();
      const deps = { ...at.local.deps, worker: 'studio/another-host/io/1' };
      const run = at.local.run(new AbortController().signal);
      expect(await appendGeneration.run(deps, input, run)).toEqual({ number: 2 });
      expect(deliveryOf(folder)).toEqual(whole);
      expect(await referenceVerdict(folder)).toBe('accepted');
      const known = await at.local.deps.catalogue.chainDigestsOf(`${PRODUCTION}/${DAY}/DIED`);
      expect(known.map(({ history, sequence }) => [history, sequence])).toEqual([
        ['', 2],
        ['A', 3],
      ]);
    });
});

test('a generation that was on record and was cut from its chain is told, and never taken back', async () => {
  const card = makeFiles('CUT', { 'a.mov': 'a' });
  expect(await ingested(card)).toMatchObject({ state: 'sealed', generation: 1 });
  expect(await verified('CUT')).toMatchObject({ state: 'sealed', generation: 2 });
  const chain = join(at.objects.dataDir, 'studio-ocf', PRODUCTION, DAY, 'CUT/ascmhl/ascmhl_chain.xml');
  const text = readFileSync(chain, 'utf8');
  writeFileSync(chain, text.replace(/ {2}<hashlist sequencenr="2">[\s\S]*?<\/hashlist>\n/, ''));
  // Names of manifests tell time to the second, and the one that was cut stands there still.
  const sealed = statSync(chain).mtimeMs;
  await until('another second', () =>
    Promise.resolve(Math.floor(Date.now() / 1000) > Math.floor(sealed / 1000) + 1),
  );
  const report = await verified('CUT');
  expect(report.state).toBe('incomplete');
  expect(codes(report)).toEqual(expect.arrayContaining(['manifest-missing', 'manifest-unlisted']));
});

test('another file under a known name never takes the place of the original', async () => {
  const card = makeFiles('TWICE', { 'a.mov': 'first' });
  await ingested(card);
  writeFileSync(join(card, 'a.mov'), 'second, longer');
  const again = await ingested(card);
  expect(codes(again)).toContain('quarantined');
  expect(await outcomeOf('TWICE', 'a.mov')).toBe('unlisted');
  expect(readFileSync(join(await fetched('TWICE'), 'a.mov'), 'utf8')).toBe('first');
  expect(await verified('TWICE')).toMatchObject({ state: 'sealed', counts: { verified: 1 } });
});
