import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  dataMissing,
  discard,
  folderHashes,
  manifests,
  reference,
  rushes,
  schemaProblems,
  scratch,
  verify,
  writeFiles,
} from './mhl-cards.ts';

const CARD = {
  'Clips/A001C001.mov': 'first clip',
  'Clips/A001C002.mov': 'second clip',
  'Clips/Å Ω 1.txt': 'note',
  'Clips/ spaced  name .txt': 'space',
  'Clips/amp & <tag> "q".txt': 'markup',
  'Empty/': '',
  'Deep/er/est/file.bin': 'deep',
  'Sidecar.txt': 'side',
  'zero.bin': '',
};

let folder = '';
beforeEach(() => {
  folder = scratch();
});
afterEach(() => discard(folder));

function card(name = 'A001'): string {
  const tree = path.join(folder, name);
  writeFiles(tree, CARD);
  return tree;
}

describe('what we write', () => {
  for (const format of ['xxh64', 'xxh3', 'xxh128', 'md5', 'sha1', 'c4']) {
    test(`in ${format} is accepted by the reference and has its folder hashes`, () => {
      const [ours, theirs] = [card('ours/A001'), card('theirs/A001')];
      expect(rushes('create', ours, '--format', format).code).toBe(0);
      expect(reference('create', theirs, '-h', format).code).toBe(0);
      expect(reference('verify', ours).code).toBe(0);
      expect(reference('verify', '-dh', ours).code).toBe(0);
      expect(folderHashes(ours)).toEqual(folderHashes(theirs));
      expect(verify(theirs)).toMatchObject({ code: 0, findings: [], counts: { verified: 8 } });
    });
  }

  test('of a card that a Mac has seen has the folder hashes of the reference, in the first generation too', () => {
    const [ours, theirs] = [card('ours/A001'), card('theirs/A001')];
    for (const tree of [ours, theirs])
      writeFiles(tree, { '.DS_Store': 'm', 'Clips/.DS_Store': 'm', 'Clips/._A001C001.mov': 'fork' });
    expect(rushes('create', ours, '--format', 'xxh64').code).toBe(0);
    expect(reference('create', theirs, '-h', 'xxh64').code).toBe(0);
    expect(folderHashes(ours)).toEqual(folderHashes(theirs));
    expect(reference('verify', '-dh', ours).code).toBe(0);
    expect(verify(theirs)).toMatchObject({ code: 0, counts: { verified: 9 } });
  });

  test.skipIf(dataMissing !== null)(
    'is valid by the schema: first and later generations, failures, renames, authors, an empty folder',
    () => {
      const tree = card();
      const people = [
        '--author-name',
        'Jane <DIT>',
        '--author-email',
        'jane@example.com',
        '--author-role',
        'DIT',
        '--author-phone',
        '+49 1',
        '--location',
        'M & M',
        '--comment',
        'a "b"',
      ];
      rushes('create', tree, '--format', 'xxh64,xxh3,xxh128,md5,sha1,c4', '--ignore', '*.tmp', ...people);
      renameSync(path.join(tree, 'Sidecar.txt'), path.join(tree, 'Notes.txt'));
      rushes('create', tree);
      writeFileSync(path.join(tree, 'Notes.txt'), 'evil');
      rushes('create', tree, '--format', 'sha1', '--no-directory-hashes');
      mkdirSync(path.join(folder, 'nothing'));
      rushes('create', path.join(folder, 'nothing'));
      const all = [...manifests(tree), ...manifests(path.join(folder, 'nothing'))];
      expect(all).toHaveLength(4);
      for (const manifest of all) expect(schemaProblems(manifest), manifest).toBe('');
    },
  );

  test('after theirs, and theirs after ours, go on in one chain', () => {
    const tree = card();
    expect(reference('create', tree, '-h', 'xxh64').code).toBe(0);
    expect(rushes('create', tree, '--format', 'md5').code).toBe(0);
    expect(reference('create', tree, '-h', 'c4').code).toBe(0);
    expect(rushes('create', tree).code).toBe(0);
    expect(reference('verify', tree).code).toBe(0);
    expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
    expect(manifests(tree)).toHaveLength(4);
  });

  test('of a rename is understood by the reference, and theirs by us', () => {
    for (const [first, second] of [
      [rushes, reference],
      [reference, rushes],
    ] as const) {
      const tree = card(first === rushes ? 'ours' : 'theirs');
      reference('create', tree);
      renameSync(path.join(tree, 'Sidecar.txt'), path.join(tree, 'Notes.txt'));
      expect(first('create', tree, ...(first === reference ? ['-dr'] : [])).code).toBe(0);
      expect(second('create', tree).code).toBe(0);
      expect(reference('verify', tree).code).toBe(0);
      expect(verify(tree)).toMatchObject({ code: 0, findings: [] });
    }
  });

  test('a folder renamed as a whole is good for both afterwards', () => {
    for (const first of [rushes, reference]) {
      const tree = card(first === rushes ? 'ours' : 'theirs');
      reference('create', tree);
      renameSync(path.join(tree, 'Clips'), path.join(tree, 'Media'));
      first('create', tree, ...(first === reference ? ['-dr'] : []));
      expect(verify(tree), first === rushes ? 'ours' : 'theirs').toMatchObject({ code: 0, findings: [] });
    }
  });

  test('a packing list is one that the reference verifies against', () => {
    const tree = card();
    rushes('create', tree);
    rushes('create', tree, '--format', 'md5');
    const out = path.join(folder, 'out');
    expect(rushes('flatten', tree, out).code).toBe(0);
    const list = path.join(out, readdirSync(out)[0]!);
    expect(list).toMatch(/packinglist_A001_\d{4}-\d\d-\d\d_\d{6}Z\.mhl$/);
    expect(reference('verify', '-pl', list, tree).code).toBe(0);
    expect(verify(tree, '--manifest', list)).toMatchObject({
      code: 0,
      findings: [],
      counts: { verified: 8 },
    });
    rmSync(path.join(tree, 'ascmhl'), { recursive: true });
    writeFileSync(path.join(tree, 'Sidecar.txt'), 'evil');
    expect(verify(tree, '--manifest', list)).toMatchObject({ code: 11 });
  });

  test('nested histories are accepted from the top and from inside', () => {
    const day = path.join(folder, 'Day1');
    for (const roll of ['A001', 'B/A002']) {
      writeFiles(path.join(day, roll), CARD);
      reference('create', path.join(day, roll));
    }
    writeFileSync(path.join(day, 'Summary.txt'), 's');
    expect(rushes('create', day, '--ignore', '*.tmp', '--ignore', '/A001/Deep').code).toBe(0);
    expect(reference('verify', day).code).toBe(0);
    // What a roll's own history records and a pattern of the day leaves out is said, and nothing else.
    const leftOut = [{ code: 'files-ignored', technical: { recorded: 1, patterns: ['*.tmp', '/Deep'] } }];
    expect(verify(day)).toMatchObject({ code: 0, findings: leftOut });
    expect(verify(path.join(day, 'A001'))).toMatchObject({
      code: 0,
      findings: leftOut,
      counts: { verified: 7 },
    });
    expect(reference('create', day).code).toBe(0);
    expect(verify(day)).toMatchObject({ code: 0, findings: leftOut });
  });
});

describe('exit codes are those of the reference', () => {
  const damages: Record<string, (tree: string) => void> = {
    nothing: () => undefined,
    'a file altered': (tree) => writeFileSync(path.join(tree, 'Clips/A001C001.mov'), 'First clip'),
    'a file missing': (tree) => rmSync(path.join(tree, 'Sidecar.txt')),
    'a file added': (tree) => writeFileSync(path.join(tree, 'new.mov'), 'n'),
    'a file renamed': (tree) => renameSync(path.join(tree, 'Sidecar.txt'), path.join(tree, 'Notes.txt')),
    'an empty folder missing': (tree) => rmSync(path.join(tree, 'Empty'), { recursive: true }),
    'the chain missing': (tree) => rmSync(path.join(tree, 'ascmhl/ascmhl_chain.xml')),
    'a manifest missing': (tree) => rmSync(manifests(tree)[0]!),
    'a manifest altered': (tree) =>
      writeFileSync(manifests(tree)[0]!, `${readFileSync(manifests(tree)[0]!, 'utf8')} `),
    'no history': (tree) => rmSync(path.join(tree, 'ascmhl'), { recursive: true }),
    'altered, missing and added at once': (tree) => {
      writeFileSync(path.join(tree, 'Clips/A001C001.mov'), 'First clip');
      rmSync(path.join(tree, 'Sidecar.txt'));
      writeFileSync(path.join(tree, 'new.mov'), 'n');
    },
    'missing and added at once': (tree) => {
      rmSync(path.join(tree, 'Sidecar.txt'));
      writeFileSync(path.join(tree, 'new.mov'), 'another content');
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(`after ${what}: verify, diff and create`, () => {
      const tree = card();
      rushes('create', tree, '--format', 'xxh64');
      rushes('create', tree, '--format', 'md5');
      damage(tree);
      expect(rushes('verify', tree).code).toBe(reference('verify', tree).code);
      expect(rushes('diff', tree).code).toBe(reference('diff', tree).code);
      const [ours, theirs] = ['ours', 'theirs'].map((name) => path.join(folder, name, 'A001')) as [
        string,
        string,
      ];
      for (const copy of [ours, theirs]) cpSync(tree, copy, { recursive: true });
      // We recognise a rename unasked, the reference when told.
      expect(rushes('create', ours).code).toBe(reference('create', theirs, '-dr').code);
    });
  }
});

describe('where the reference is known to be wrong, we are not', () => {
  test('a pattern that equals the name of a folder above the scope ignores nothing here', () => {
    const tree = card('x/A001');
    expect(rushes('create', tree, '--ignore', '/x/', '--ignore', 'x').code).toBe(0);
    expect(verify(tree)).toMatchObject({ code: 0, counts: { verified: 8 } });
  });

  test('an anchored pattern is applied in verify', () => {
    const tree = card();
    rushes('create', tree, '--ignore', '/Deep/er');
    expect(verify(tree)).toMatchObject({ code: 0, counts: { verified: 7, unlisted: 0 } });
    expect(readFileSync(manifests(tree)[0]!, 'utf8')).not.toContain('est/file.bin');
  });

  test('a manifest that the chain does not name is not believed', () => {
    const tree = card();
    rushes('create', tree);
    rushes('create', tree);
    const chain = path.join(tree, 'ascmhl/ascmhl_chain.xml');
    writeFileSync(
      chain,
      readFileSync(chain, 'utf8').replace(/ {2}<hashlist sequencenr="2">[\s\S]*?<\/hashlist>\n/, ''),
    );
    expect(reference('verify', tree).code).toBe(0);
    expect(verify(tree)).toMatchObject({ code: 31, findings: [{ code: 'manifest-unlisted' }] });
  });

  test('links that lead nowhere or out of the scope crash nothing and are not read', () => {
    const tree = card();
    writeFiles(folder, { 'secret.txt': 'secret' });
    symlinkSync('nowhere', path.join(tree, 'broken'));
    symlinkSync('../secret.txt', path.join(tree, 'out.txt'));
    symlinkSync('..', path.join(tree, 'up'));
    symlinkSync('Sidecar.txt', path.join(tree, 'inside.txt'));
    const { code, stderr } = rushes('create', tree);
    expect(code).toBe(21);
    for (const name of ['broken', 'out.txt', 'up'])
      expect(stderr).toContain(`path-unsafe             ${name} is not read`);
    const text = readFileSync(manifests(tree)[0]!, 'utf8');
    expect(text).toContain('>inside.txt<');
    expect(text).not.toMatch(/>(broken|out\.txt|up)</);
  });

  test('folder hashes over an altered tree do not make it good', () => {
    const tree = card();
    reference('create', tree);
    writeFileSync(path.join(tree, 'Sidecar.txt'), 'evil');
    reference('create', tree);
    expect(verify(tree)).toMatchObject({ code: 11, findings: [{ code: 'hash-mismatch' }] });
  });

  test('a folder written by the reference with a new format over an altered file is read without a false alarm', () => {
    const tree = card();
    reference('create', tree);
    writeFileSync(path.join(tree, 'Sidecar.txt'), 'evil');
    reference('create', tree, '-h', 'sha1');
    expect(verify(tree).findings.map(({ code }) => code)).toEqual(['hash-mismatch']);
  });
});
