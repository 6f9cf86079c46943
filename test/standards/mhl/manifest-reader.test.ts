import { describe, expect, test } from 'vitest';
import { type Manifest, ManifestError } from '../../../standards/mhl/manifest.ts';
import { createManifestReader, readManifest } from '../../../standards/mhl/manifest-reader.ts';
import { writeManifest } from '../../../standards/mhl/manifest-writer.ts';

const MANIFEST: Manifest = {
  version: '2.0',
  creator: {
    creationDate: '2026-01-15T10:00:00+00:00',
    hostname: 'cart-1',
    tool: { name: 'rushes', version: '0' },
    authors: [{ name: 'Jane <DIT> & "co"', email: 'jane@example.com', phone: '+49 1', role: 'DIT' }],
    location: 'München',
    comment: 'a\nb',
  },
  process: 'transfer',
  rootHash: { content: { md5: 'a'.repeat(32) }, structure: { md5: 'b'.repeat(32) } },
  ignorePatterns: ['.DS_Store', '*.tmp'],
  references: [{ path: 'A002/ascmhl/0001_A002_2026-01-15_100000Z.mhl', c4: `c4${'1'.repeat(88)}` }],
  records: [
    {
      kind: 'file',
      path: ' two  spaces & <tag> "q" \ttab\nline\rreturn é e\u0301.mov',
      sizeBytes: 0,
      creationDate: '2026-01-14T10:00:00+00:00',
      modifiedAt: '2026-01-15T10:00:00+00:00',
      digests: [
        { format: 'md5', digest: 'c'.repeat(32), action: 'verified', hashDate: '2026-01-15T10:00:00+00:00' },
        { format: 'xxh64', digest: 'd'.repeat(16), action: 'failed', hashDate: null },
      ],
      previousPath: 'old.mov',
    },
    {
      kind: 'directory',
      path: 'Clips',
      creationDate: null,
      modifiedAt: null,
      hashDate: '2026-01-15T10:00:00+00:00',
      content: { md5: 'e'.repeat(32) },
      structure: { md5: 'f'.repeat(32) },
      previousPath: 'Old',
    },
  ],
};

const wrapped = (inside: string) =>
  Buffer.from(
    `<hashlist version="2.0" xmlns="urn:ASC:MHL:v2.0"><creatorinfo><creationdate>2026-01-15T10:00:00Z</creationdate><hostname>h</hostname><tool>t</tool></creatorinfo><processinfo><process>in-place</process></processinfo>${inside}</hashlist>`,
  );
const oneHash = (path: string) =>
  wrapped(
    `<hashes><hash><path size="1">${path}</path><md5 action="original">${'a'.repeat(32)}</md5></hash></hashes>`,
  );

describe('a manifest', () => {
  test('that is written is read back the same: every attribute, white space in names, both Unicode forms', () => {
    expect(readManifest(writeManifest(MANIFEST))).toEqual(MANIFEST);
  });

  test('is read the same in whatever pieces it comes', () => {
    const bytes = writeManifest(MANIFEST);
    for (const size of [1, 2, 3, 7, 64]) {
      const records: Manifest['records'] = [];
      const reader = createManifestReader((record) => records.push(record));
      for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
      expect({ ...reader.end(), records }).toEqual(MANIFEST);
    }
  });

  test('is read by namespace, not by prefix', () => {
    const text = Buffer.from(oneHash('a.mov'))
      .toString()
      .replaceAll(/<(\/?)(?!\?)/g, '<$1m:')
      .replace('xmlns=', 'xmlns:m=');
    expect(readManifest(Buffer.from(text)).records).toHaveLength(1);
  });

  test('may hold metadata and elements of others, which say nothing about files', () => {
    const foreign =
      '<metadata><hash><path>evil.mov</path></hash></metadata><hashes xmlns="urn:other"><hash><path>evil.mov</path></hash></hashes>';
    expect(readManifest(wrapped(foreign)).records).toEqual([]);
  });

  test('may begin with a byte order mark and hold comments, instructions and CDATA', () => {
    const bytes = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      oneHash('<!-- x --><![CDATA[a&b]]>.mov<?pi?>'),
    ]);
    expect(readManifest(bytes).records[0]!.path).toBe('a&b.mov');
  });

  test('has authors in the old form too', () => {
    const text = wrapped('')
      .toString()
      .replace('</creatorinfo>', '<author><name>Jane</name><role>DIT</role></author></creatorinfo>');
    expect(readManifest(Buffer.from(text)).creator.authors).toEqual([
      { name: 'Jane', role: 'DIT', email: undefined, phone: undefined },
    ]);
  });
});

describe('what is no manifest is refused with its line, and costs no memory', () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(50)}">${Array.from({ length: 9 }, (_, n) => `<!ENTITY b${n} "${`&${n === 0 ? 'a' : `b${n - 1}`};`.repeat(10)}">`).join('')}]>`;
  const cases: Record<string, Buffer> = {
    'an entity bomb': Buffer.from(`<?xml version="1.0"?>${bomb}${oneHash('&b8;').toString()}`),
    'an external entity': Buffer.from(`<!DOCTYPE x SYSTEM "file:///etc/passwd">${oneHash('a').toString()}`),
    'an entity nobody defined': oneHash('&x;'),
    'a bare ampersand': oneHash('a & b'),
    nothing: Buffer.alloc(0),
    'a file cut off': oneHash('a').subarray(0, 200),
    'two roots': Buffer.concat([oneHash('a'), oneHash('b')]),
    'crossed tags': wrapped('<hashes><hash></hashes></hash>'),
    'an attribute twice': wrapped('<hashes a="1" a="2"/>'),
    'a prefix bound to nothing': wrapped('<x:hashes/>'),
    'bytes that are not UTF-8': Buffer.concat([
      oneHash('a').subarray(0, 150),
      Buffer.from([0xff, 0xfe]),
      oneHash('a').subarray(150),
    ]),
    'UTF-16 without its mark': Buffer.from(oneHash('a').toString(), 'utf16le'),
    'half a character of UTF-16': Buffer.from(`\ufeff${oneHash('a').toString()}`, 'utf16le').subarray(0, -1),
    'another encoding': Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${oneHash('a').toString()}`),
    'a surrogate as a reference': oneHash('&#xD800;'),
    'ten thousand nested elements': wrapped('<a>'.repeat(10_000)),
    'a tag of two megabytes': oneHash('x'.repeat(2 << 20)),
    'another vocabulary': Buffer.from('<html xmlns="http://www.w3.org/1999/xhtml"/>'),
    'another version': Buffer.from(oneHash('a').toString().replace('version="2.0"', 'version="3.0"')),
    'an action nobody knows': Buffer.from(oneHash('a').toString().replace('original', 'trusted')),
    'a size that is no number': Buffer.from(oneHash('a').toString().replace('size="1"', 'size="1e3"')),
    'two paths in one record': wrapped('<hashes><hash><path>a</path><path>b</path></hash></hashes>'),
    'a record without a path': wrapped('<hashes><hash><md5>x</md5></hash></hashes>'),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    test(what, () => {
      expect(() => readManifest(bytes)).toThrow(ManifestError);
    });
  }

  test('what is well-formed and no manifest is not called ill-formed', () => {
    const reasonOf = (bytes: Buffer) => {
      try {
        readManifest(bytes);
      } catch (error) {
        return (error as ManifestError).message;
      }
      return 'none';
    };
    expect(reasonOf(cases['an action nobody knows']!)).toMatch(/^the action "trusted", expected/);
    expect(reasonOf(cases['crossed tags']!)).toMatch(/^not well-formed: /);
  });

  test('the line is that of the fault', () => {
    const text = `<?xml version="1.0"?>\n\n${oneHash('a').toString().replace('<hashes>', '\n<hashes>\n<y:z/>')}`;
    try {
      readManifest(Buffer.from(text));
      expect.unreachable();
    } catch (error) {
      expect((error as ManifestError).line).toBe(5);
    }
  });
});

describe('legacy MHL 1.x', () => {
  const legacy = `<?xml version="1.0" encoding="UTF-8"?>
<hashlist version="1.1">
  <creatorinfo><name>Jane</name><hostname>cart</hostname><tool>Silverstack</tool><startdate>2016-05-20T10:00:00Z</startdate></creatorinfo>
  <hash><file>Clips\\a.mov</file><size>5</size><lastmodificationdate>2016-05-20T10:00:00Z</lastmodificationdate><xxhash64be>0ea03b369a463d9d</xxhash64be></hash>
  <hash><file>b.mov</file><size>5</size><xxhash64>9D3D469A363BA00E</xxhash64><md5>${'A'.repeat(32)}</md5></hash>
  <hash><file>c.mov</file><size>5</size><xxhash>0000000255</xxhash></hash>
  <hash><file>d.mov</file><size>5</size><null/></hash>
</hashlist>`;

  test('is read in UTF-16 too, as programs on Windows wrote it, in either order of bytes and however it is cut', () => {
    const little = Buffer.from(`\ufeff${legacy.replace('UTF-8', 'UTF-16')}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const paths: string[] = [];
      const reader = createManifestReader(({ path }) => paths.push(path));
      for (let at = 0; at < bytes.length; at += 7) reader.write(bytes.subarray(at, at + 7));
      expect(reader.end().version).toBe('1.1');
      expect(paths).toEqual(['Clips/a.mov', 'b.mov', 'c.mov', 'd.mov']);
    }
  });

  test('is read with the names that newer programs write into it', () => {
    const text = legacy.replace(
      '<null/>',
      `<xxh3>${'A'.repeat(16)}</xxh3><xxh128>${'b'.repeat(32)}</xxh128>`,
    );
    expect(readManifest(Buffer.from(text)).records[3]).toMatchObject({
      digests: [
        { format: 'xxh3', digest: 'a'.repeat(16) },
        { format: 'xxh128', digest: 'b'.repeat(32) },
      ],
    });
  });

  test('is read with its four spellings of xxHash', () => {
    const { records, creator, version } = readManifest(Buffer.from(legacy));
    expect(version).toBe('1.1');
    expect(creator).toMatchObject({ creationDate: '2016-05-20T10:00:00Z', tool: { name: 'Silverstack' } });
    expect(
      records.map((record) => [
        record.path,
        record.kind === 'file' && record.digests.map(({ format, digest }) => `${format} ${digest}`),
      ]),
    ).toEqual([
      ['Clips/a.mov', ['xxh64 0ea03b369a463d9d']],
      ['b.mov', ['xxh64 0ea03b369a463d9d', `md5 ${'a'.repeat(32)}`]],
      ['c.mov', ['xxh32 000000ff']],
      ['d.mov', []],
    ]);
  });
});
