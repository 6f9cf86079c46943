import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkSource } from '../../activities/check-source.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { parseIngestRequest } from '../../activities/parse-ingest-request.ts';
import { checkTransfer, parseTransferRequest } from '../../activities/parse-transfer-request.ts';
import { RUN, refusal } from './refusal.ts';

/** What the catalogue knows. */
const ROLLS: Record<string, object> = {
  'AGM/20260930/A001': { site: 'studio', state: 'sealed', generation: 2 },
  'AGM/20260930/A002': { site: 'studio', state: 'arriving', generation: null },
  'AGM/20260930/A003': { site: 'studio', state: 'incomplete', generation: null },
  'GHOST/20260930/A001': { site: 'studio', state: 'sealed', generation: 2 },
};

let root: string;
let outside: string;
let deps: Dependencies;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rushes-refusals-'));
  outside = mkdtempSync(join(tmpdir(), 'rushes-outside-'));
  deps = {
    site: 'studio',
    sourceRoots: [root],
    catalogue: { getRoll: async (id: string) => ROLLS[id] ?? null },
    sites: ['annex', 'studio'],
    residency: { AGM: ['annex', 'atlantis'] },
  } as unknown as Dependencies;
});

afterAll(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true, force: true });
});

const ingest = (input: unknown) => parseIngestRequest.run(deps, input, RUN);

describe('an ingest', () => {
  test('gets its defaults: roll and day from the path, site of the installation, normal priority', async () => {
    expect(await ingest({ production: 'AGM', source: '/cards/20260930/Camera_Media/A001R1AA/' })).toEqual({
      accepted: {
        production: 'AGM',
        source: '/cards/20260930/Camera_Media/A001R1AA',
        roll: 'A001R1AA',
        shootDay: '20260930',
        site: 'studio',
        priority: 3,
      },
    });
  });

  test('takes the nearest folder that is named as a day that exists', async () => {
    expect(await ingest({ production: 'AGM', source: '/20240229/20261332/A001' })).toMatchObject({
      accepted: { shootDay: '20240229' },
    });
  });

  for (const [what, input, words] of [
    ['nothing at all', undefined, /production|expected object/],
    ['a list instead of an object', [], /expected object/],
    ['no source', { production: 'AGM' }, /source: .*«?/],
    [
      'a field that does not exist, which a typing error makes',
      { production: 'AGM', source: '/c/20260930/A', shootday: '20260930' },
      /shootday/,
    ],
    [
      'a production that no folder could be named',
      { production: '../AGM', source: '/c/20260930/A' },
      /production/,
    ],
    ['a relative path', { production: 'AGM', source: 'cards/A001' }, /«cards\/A001» is not an absolute path/],
    [
      'no day anywhere',
      { production: 'AGM', source: '/cards/A001' },
      /give the shoot day in the field «shootDay»/,
    ],
    [
      'a folder name that is no roll name',
      { production: 'AGM', source: '/20260930/A 001' },
      /«A 001» cannot be a roll name/,
    ],
    [
      'the root of the file system',
      { production: 'AGM', source: '/', shootDay: '20260930' },
      /cannot be a roll name/,
    ],
    ['a day that does not exist', { production: 'AGM', source: '/A001', shootDay: '20260231' }, /shootDay/],
    ['a priority out of range', { production: 'AGM', source: '/20260930/A001', priority: 6 }, /priority/],
  ] as const)
    test(`is refused for ${what}`, async () => {
      const refused = await refusal(ingest(input));
      expect(refused.code).toBe('input-invalid');
      expect(refused.sentence).toMatch(words);
    });

  test('names every fault at once and shows an example that would do', async () => {
    const { sentence } = await refusal(ingest({ priority: 'high' }));
    for (const field of ['production', 'source', 'priority']) expect(sentence).toContain(`${field}: `);
    const example: unknown = JSON.parse(/An example: (\{.*\})\.$/.exec(sentence)![1]!);
    expect(await ingest(example)).toHaveProperty('accepted');
  });
});

describe('a roll that has a home already', () => {
  const source = '/cards/20260930/A001';

  test('is taken in at its home where the request names no site', async () => {
    const elsewhere = parseIngestRequest.run({ ...deps, site: 'annex' }, { production: 'AGM', source }, RUN);
    expect(await elsewhere).toMatchObject({ accepted: { site: 'studio' } });
  });

  test('is not taken in at another site: the sentence says how it gets there', async () => {
    const refused = await refusal(ingest({ production: 'AGM', source, site: 'annex' }));
    expect(refused).toMatchObject({
      code: 'refused-by-rule',
      sentence: expect.stringContaining('at home at studio'),
    });
    expect(refused.sentence).toContain('`rushes transfer`');
  });
});

describe('a transfer', () => {
  const transfer = (input: unknown) => parseTransferRequest.run(deps, input, RUN);
  const order = { production: 'AGM', shootDay: '20260930', roll: 'A001', to: 'annex' };

  test('is taken where the rule of the production names the site', async () => {
    expect(await transfer(order)).toEqual({ accepted: { ...order, from: 'studio', priority: 3 } });
  });

  for (const [what, input, code, words] of [
    ['a production without a rule', { production: 'GHOST' }, 'refused-by-rule', /no rule lets them leave/],
    [
      'a site that the rule does not name',
      { to: 'london' },
      'refused-by-rule',
      /may not lie at london: its rule names annex, atlantis\. Nothing was sent\./,
    ],
    ['a site that the rule names and nobody knows', { to: 'atlantis' }, 'not-found', /no site «atlantis»/],
    ['the site where the roll is at home', { to: 'studio' }, 'input-invalid', /is at home at studio/],
    ['a roll that nobody took in', { roll: 'A009' }, 'not-found', /no roll AGM\/20260930\/A009/],
    ['a roll that is still arriving', { roll: 'A002' }, 'not-found', /when its ingest has ended/],
    ['a roll whose history was kept out', { roll: 'A003' }, 'not-found', /roll verify.*tells what is wrong/],
    ['a site that no bucket could be named after', { to: '../annex' }, 'input-invalid', /to: lower-case/],
    ['a day that does not exist', { shootDay: '20260931' }, 'input-invalid', /shootDay/],
    ['a field that does not exist', { from: 'studio' }, 'input-invalid', /from/],
  ] as const)
    test(`is refused for ${what}`, async () => {
      const refused = await refusal(transfer({ ...order, ...input }));
      expect(refused.code).toBe(code);
      expect(refused.sentence).toMatch(words);
    });

  test('is refused by the site that would send, when its own configuration has another rule', async () => {
    const sender = { ...deps, residency: { AGM: ['london'] } };
    const accepted = { ...order, from: 'studio', priority: 3 };
    const refused = await refusal(checkTransfer.run(sender, { order: accepted }, RUN));
    expect(refused.code).toBe('refused-by-rule');
  });

  test('names every fault at once and shows an example that would do', async () => {
    const { sentence } = await refusal(transfer({ priority: 'high' }));
    for (const field of ['production', 'roll', 'shootDay', 'to', 'priority'])
      expect(sentence).toContain(`${field}: `);
  });
});

describe('the source of an ingest, looked at where it lies', () => {
  const roll = (source: string) => ({
    production: 'AGM',
    source,
    roll: 'A001',
    shootDay: '20260930',
    site: 'studio',
    priority: 3,
  });
  const check = (source: string) => checkSource.run(deps, { roll: roll(source) }, RUN);

  test('is taken when it lies under a listed folder', async () => {
    mkdirSync(join(root, 'A001'));
    expect(await check(join(root, 'A001'))).toEqual({ accepted: { source: join(root, 'A001') } });
  });

  test('is refused when it is not there, is a file, or lies elsewhere', async () => {
    writeFileSync(join(root, 'a-file'), '');
    expect(await refusal(check(join(root, 'absent')))).toMatchObject({ code: 'not-found' });
    expect((await refusal(check(join(root, 'a-file')))).sentence).toContain('is a file');
    expect(await refusal(check(outside))).toMatchObject({
      code: 'refused-by-rule',
      sentence: expect.stringContaining(root),
    });
    expect(await refusal(check(`${root}-beside`))).toMatchObject({ code: 'not-found' });
  });

  test('is refused when a link leads out of the listed folder', async () => {
    symlinkSync(outside, join(root, 'leads-out'));
    expect(await refusal(check(join(root, 'leads-out')))).toMatchObject({ code: 'refused-by-rule' });
  });
});
