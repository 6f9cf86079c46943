import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mhlCommand } from '../../cli/mhl.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';

let folder = '';
let card = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rushes-cli-mhl-'));
  card = path.join(folder, 'A001');
  mkdirSync(path.join(card, 'Clips'), { recursive: true });
  writeFileSync(path.join(card, 'Clips/a.mov'), 'first');
  writeFileSync(path.join(card, 'b.txt'), 'second');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await mhlCommand(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

type Document = {
  ok: boolean;
  kind: string;
  version: number;
  counts: Record<string, number>;
  findings: { code: string; subject: { id: string } }[];
  generations: { path: string; chainDigest: string }[];
  written: string[];
};

async function json(...args: string[]): Promise<Document & { code: number }> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Document) };
}

/** Every file of the card with its bytes, and when anything in it last changed. */
function snapshot(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(card, { recursive: true, encoding: 'utf8' }).map((name) => {
      const status = statSync(path.join(card, name));
      return [
        name,
        status.isFile()
          ? `${readFileSync(path.join(card, name), 'hex')} ${status.mtimeMs}`
          : `folder ${status.mtimeMs}`,
      ];
    }),
  );
}

describe('rushes mhl', () => {
  test('prints one verdict document of the agreed form', async () => {
    expect((await run('create', card)).code).toBe(0);
    expect(await json('verify', card)).toMatchObject({
      version: 1,
      kind: 'mhl-verdict',
      ok: true,
      code: 0,
      counts: { verified: 2, failed: 0, missing: 0, unlisted: 0 },
      findings: [],
    });
    writeFileSync(path.join(card, 'b.txt'), 'Second');
    const { code, findings } = await json('verify', card);
    expect(code).toBe(11);
    expect(findings).toEqual([
      {
        code: 'hash-mismatch',
        severity: 'error',
        subject: { kind: 'file', id: 'b.txt', path: 'b.txt' },
        forPeople: expect.stringContaining('b.txt is not the file that was recorded'),
        technical: expect.objectContaining({ format: 'xxh128', generation: 1 }),
      },
    ]);
  });

  test('verify, diff, info and flatten write nothing into the folder', async () => {
    await run('create', card);
    writeFileSync(path.join(card, 'new.mov'), 'n');
    const before = snapshot();
    for (const args of [
      ['verify', card],
      ['diff', card],
      ['info', card],
      ['flatten', card],
      ['verify', card, '--format', 'md5'],
    ])
      await run(...args);
    expect(snapshot()).toEqual(before);
  });

  test('verify --record appends a generation with the results', async () => {
    await run('create', card);
    writeFileSync(path.join(card, 'b.txt'), 'Second');
    const { code, generations } = await json('verify', card, '--record');
    expect(code).toBe(11);
    expect(generations).toMatchObject([
      { scope: '', number: 2, path: expect.stringMatching(/^ascmhl\/0002_A001_/) },
    ]);
    expect(readFileSync(path.join(card, generations[0]!.path), 'utf8')).toContain('action="failed"');
    writeFileSync(path.join(card, 'b.txt'), 'second');
    expect(await json('verify', card)).toMatchObject({ code: 0 });
  });

  test('a format asked for twice, with commas or in the reference’s own spelling is understood; an unknown one is refused', async () => {
    await run('create', card, '--format', 'md5,sha1', '--format', 'md5', '--author_name', 'Jane');
    const [name] = readdirSync(path.join(card, 'ascmhl')).filter((one) => one.endsWith('.mhl'));
    const text = readFileSync(path.join(card, 'ascmhl', name!), 'utf8');
    expect(text.match(/<md5 action/g)).toHaveLength(2);
    expect(text).toContain('<author>Jane</author>');
    await expect(run('create', card, '--format', 'crc32')).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(run('verify', card, '--no-directory-hashes')).rejects.toMatchObject({
      code: 'input-invalid',
    });
    await expect(run('verify', card, '--nonsense')).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(run('create', card, '--author-email', 'nobody')).rejects.toMatchObject({
      code: 'input-invalid',
    });
    await expect(run('explode', card)).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(run('verify', path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('one file is verified and recorded alone, without completeness', async () => {
    await run('create', card);
    rmSync(path.join(card, 'Clips/a.mov'));
    expect(await json('verify', card, '--file', 'b.txt')).toMatchObject({ code: 0, counts: { verified: 1 } });
    expect(await json('verify', card, '--file', 'Clips/a.mov')).toMatchObject({ code: 20, ok: false });
    expect(await json('verify', card, '--file', 'nothing')).toMatchObject({ code: 20, ok: false });
    expect((await run('create', card, '--file', 'b.txt', '--format', 'md5')).code).toBe(0);
    await expect(run('verify', card, '--file', '../x')).rejects.toMatchObject({ code: 'input-invalid' });
  });

  test('a chain digest from before a removed generation is missed', async () => {
    await run('create', card);
    const { generations } = await json('create', card);
    const { chainDigest } = generations[0]!;
    expect(await json('verify', card, '--expect-chain', chainDigest)).toMatchObject({ code: 0 });
    const chain = path.join(card, 'ascmhl/ascmhl_chain.xml');
    writeFileSync(
      chain,
      readFileSync(chain, 'utf8').replace(/ {2}<hashlist sequencenr="2">[\s\S]*?<\/hashlist>\n/, ''),
    );
    for (const name of readdirSync(path.join(card, 'ascmhl')))
      if (name.startsWith('0002')) rmSync(path.join(card, 'ascmhl', name));
    expect(await json('verify', card)).toMatchObject({ code: 0 });
    expect(await json('verify', card, '--expect-chain', chainDigest)).toMatchObject({
      code: 33,
      findings: [{ code: 'manifest-missing' }],
    });
  });

  test('names of every kind are recorded and read back', async () => {
    const names = [
      'new\nline',
      'tab\t',
      ' leading',
      'trailing ',
      'quote"\'',
      '<&>',
      'Cafe\u0301',
      'Caf\u00e9',
      '\u{1f3ac}',
      '-dash',
      '#hash',
      '!bang',
      '%41',
      'back\\slash',
    ];
    for (const name of names) writeFileSync(path.join(card, name), name);
    expect((await run('create', card)).code).toBe(0);
    expect(await json('verify', card)).toMatchObject({
      code: 0,
      findings: [],
      counts: { verified: names.length + 2 },
    });
  });

  test('a name that no manifest can hold is told and left out', async () => {
    writeFileSync(path.join(card, 'bell\u0007.mov'), 'x');
    const { code, findings } = await json('create', card);
    expect(code).not.toBe(0);
    expect(findings.map((one) => one.code)).toEqual(['path-unsafe']);
    expect(
      readFileSync(
        path.join(
          card,
          'ascmhl',
          readdirSync(path.join(card, 'ascmhl')).find((one) => one.endsWith('.mhl'))!,
        ),
        'utf8',
      ),
    ).not.toContain('bell');
  });

  test('an ascmhl folder that is a link out of the card is not followed', async () => {
    await run('create', card);
    renameSync(path.join(card, 'ascmhl'), path.join(folder, 'elsewhere'));
    symlinkSync('../elsewhere', path.join(card, 'ascmhl'));
    const { code, findings } = await json('verify', card);
    expect(code).toBe(30);
    expect(findings.map((one) => one.code)).toContain('no-history');
  });
});

describe('a card with legacy MHL 1.x', () => {
  const xxh64 = hashBytes('xxh64', Buffer.from('first'));
  const legacy = (hashes: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<hashlist version="1.1"><creatorinfo><tool>Silverstack</tool></creatorinfo>${hashes}</hashlist>`;
  const clip = `<hash><file>Clips/a.mov</file><size>5</size><xxhash64be>${xxh64}</xxhash64be></hash>`;
  const note = `<hash><file>b.txt</file><size>6</size><md5>${hashBytes('md5', Buffer.from('second')).toUpperCase()}</md5></hash>`;

  test('is verified against it, the manifest itself being no content', async () => {
    writeFileSync(path.join(card, 'A001_2016-05-20_100000.mhl'), legacy(clip + note));
    expect(await json('verify', card)).toMatchObject({ code: 0, findings: [], counts: { verified: 2 } });
    writeFileSync(path.join(card, 'Clips/a.mov'), 'First');
    expect(await json('verify', card)).toMatchObject({ code: 11 });
    rmSync(path.join(card, 'Clips/a.mov'));
    expect(await json('verify', card)).toMatchObject({ code: 10 });
  });

  test('that keeps only sizes cannot verify, but can tell what is wrong', async () => {
    writeFileSync(
      path.join(card, 'A001.mhl'),
      legacy(`${clip}<hash><file>b.txt</file><size>6</size><null/></hash>`),
    );
    expect(await json('verify', card)).toMatchObject({
      code: 11,
      counts: { verified: 1, failed: 1 },
      findings: [{ code: 'hash-absent' }],
    });
    writeFileSync(path.join(card, 'b.txt'), 'sec');
    expect(await json('verify', card)).toMatchObject({ code: 11, findings: [{ code: 'hash-mismatch' }] });
  });

  test('beside the card is taken when it is named', async () => {
    const manifest = path.join(folder, 'offload.mhl');
    writeFileSync(manifest, legacy(clip));
    expect(await json('verify', card, '--manifest', manifest)).toMatchObject({
      code: 21,
      counts: { verified: 1, unlisted: 1 },
    });
    writeFileSync(manifest, legacy(clip.replace('Clips/a.mov', '../secret')));
    expect(await json('verify', card, '--manifest', manifest)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ code: 'path-unsafe' })]),
    });
  });
});

describe('collections', () => {
  test('packing lists of several cards are written together, and altered ones are found', async () => {
    const other = path.join(folder, 'A002');
    mkdirSync(other);
    writeFileSync(path.join(other, 'c.mov'), 'c');
    for (const one of [card, other]) await run('create', one);
    const out = path.join(folder, 'shuttle');
    const { code, written } = await json('flatten', card, other, '--collection', '--output', out);
    expect(code).toBe(0);
    expect(written.map((name) => path.basename(name))).toEqual([
      expect.stringMatching(/^packinglist_A001_/),
      expect.stringMatching(/^packinglist_A002_/),
      'ascmhl_collection.xml',
    ]);
    expect(await json('info', out)).toMatchObject({ kind: 'mhl-collection', ok: true });
    writeFileSync(written[0]!, 'x');
    expect(await json('info', out)).toMatchObject({ code: 31, findings: [{ code: 'manifest-altered' }] });
  });
});
