import { describe, expect, test } from 'vitest';
import { fileFindings } from '../../../pipeline/inspection/file-findings.ts';
import { makeDpx, makeWav } from '../../engine/inspect/make-headers.ts';
import { makeMov } from '../../engine/inspect/make-mov.ts';
import { makeMxf } from '../../engine/inspect/make-mxf.ts';
import { codes, factsOf, inspectBytes } from './inspect-bytes.ts';

const SUBJECT = { kind: 'clip' as const, id: 'x' };

async function found(path: string, bytes: Uint8Array) {
  const findings = fileFindings(SUBJECT, path, await factsOf(path, bytes));
  return findings.map((f) => [f.code, f.severity] as const);
}

describe('a movie', () => {
  const whole = makeMov({ timecode: null, mediaBytes: 4000 });
  const mediaEnds = whole.indexOf('moov') - 4;

  test('cut off in its media data says how long it should be', async () => {
    const facts = await factsOf('A001.mov', whole.subarray(0, 2000));
    expect(fileFindings(SUBJECT, 'A001.mov', facts)).toMatchObject([
      { code: 'file-truncated', technical: { expectedBytes: mediaEnds, actualBytes: 2000 } },
    ]);
  });

  test('whose movie header is not written yet was never closed', async () => {
    expect(await found('A001.mov', whole.subarray(0, mediaEnds))).toEqual([['file-unfinished', 'error']]);
  });

  test('whose media data has no length yet was never closed, whatever its pictures look like', async () => {
    const growing = Buffer.from(whole.subarray(0, mediaEnds));
    const mdat = growing.indexOf('mdat');
    growing.writeUInt32BE(8, mdat - 4);
    growing.write('\x7f\xff\xff\xffxAbc', mdat + 4, 'latin1');
    expect(await found('A001.mov', growing)).toEqual([['file-unfinished', 'error']]);
  });
});

describe('an MXF', () => {
  test('with an open header and no footer was never closed', async () => {
    const whole = makeMxf({ status: 1 });
    const growing = whole.subarray(0, whole.indexOf('060e2b34020501010d01020101040400', 'hex'));
    expect(await found('C0001.MXF', growing)).toEqual([['file-unfinished', 'error']]);
  });

  test('with an open header and a footer is told to be read by its footer', async () => {
    const facts = await factsOf('C0001.MXF', makeMxf({ status: 1, metadataInFooter: true }));
    expect(fileFindings(SUBJECT, 'C0001.MXF', facts)).toMatchObject([
      { code: 'header-open', severity: 'info', technical: { readFrom: 'footer' } },
    ]);
  });
});

describe('a sound file', () => {
  test('whose length is not set was never closed, and still has its sound', async () => {
    const whole = makeWav();
    const open = Buffer.from(whole);
    const data = open.indexOf('data');
    open.writeUInt32LE(0, data + 4);
    expect(await found('T001.wav', Buffer.concat([open, Buffer.alloc(64)]))).toEqual([
      ['file-unfinished', 'error'],
    ]);
  });
});

describe('the ending of a file', () => {
  test.each([
    ['A001.mov', makeDpx({ timecode: 0x01000000 }), 'content-mislabelled'],
    ['A001.mxf', Buffer.from('some words'), 'content-mislabelled'],
    ['A001.txt', makeMov({}), 'content-mislabelled'],
  ])('%s that promises another content is told', async (path, bytes, code) => {
    expect((await found(path, bytes)).map(([c]) => c)).toContain(code);
  });

  test('of a maker that puts its own content under it is no wrong label', async () => {
    for (const [path, bytes] of [
      ['GX010001.LRV', makeMov({ brand: 'mp41' })],
      ['DJI_0001.MP4', makeMov({ brand: 'mp42' })],
      ['A001_1.CRM', makeMov({ brand: 'crx ' })],
    ] as const)
      expect((await found(path, bytes)).map(([c]) => c)).not.toContain('content-mislabelled');
  });
});

describe('content that nobody knows', () => {
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 131 + (i >> 3) * 17) % 256));

  test('is damage under an ending that promises media', async () => {
    expect(await found('A001.mov', noise)).toEqual([['unreadable', 'error']]);
  });
  test('is told, and no damage, under an ending that promises nothing', async () => {
    expect(await found('A001.xyz', noise)).toEqual([['content-unknown', 'warning']]);
  });
  test("is a maker's own table beside its clips", async () => {
    expect(await found('C0001R01.BIM', noise)).toEqual([]);
  });
});

test('a file that changed while it was read says so, and nothing else of it is believed', async () => {
  const facts = await factsOf('A001.mov', makeMov({}).subarray(0, 40));
  const changed = { sizeBytes: 80, modifiedAt: '2026-01-01T00:00:00.000Z' };
  const findings = fileFindings(SUBJECT, 'A001.mov', { ...facts, changed });
  expect(findings.map((f) => f.code)).toEqual(['file-changed']);
  expect(findings[0]!.forPeople).toContain('it had 40 bytes, then 80');
});

describe('disagreements', () => {
  const exiftool = (tags: Record<string, unknown>) => [{ tool: 'exiftool', output: tags }];

  test('a date that cannot be the same moment is told, and the maker key wins', async () => {
    const clip = await inspectBytes(
      {
        'IMG_0001.MOV': makeMov({
          keys: { 'com.apple.quicktime.creationdate': '2024-07-12T13:25:29+0200' },
        }),
      },
      { 'IMG_0001.MOV': exiftool({ 'QuickTime:DateTimeOriginal': '2024:07:15 21:11:33Z' }) },
    );
    expect(clip.fields.recordedAt?.value).toBe('2024-07-12T13:25:29+02:00');
    expect(codes(clip)).toContain('recorded-at-conflict');
  });

  test('a date without a zone may be any zone of the earth', async () => {
    const clip = await inspectBytes(
      {
        'IMG_0001.MOV': makeMov({
          keys: { 'com.apple.quicktime.creationdate': '2024-07-12T13:25:29+0200' },
        }),
      },
      { 'IMG_0001.MOV': exiftool({ 'QuickTime:DateTimeOriginal': '2024:07:12 13:25:29' }) },
    );
    expect(codes(clip)).not.toContain('recorded-at-conflict');
  });
});
