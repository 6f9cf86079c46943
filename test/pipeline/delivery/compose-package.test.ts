import { describe, expect, it } from 'vitest';
import { composePackage } from '../../../pipeline/delivery/compose-package.ts';
import { PACKAGE_FILES } from '../../../pipeline/delivery/package-files.ts';
import { PackageManifest } from '../../../schemas/package.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

describe('a package', () => {
  it('gives each frame its delivery name and leaves its bytes where they stand', () => {
    const { manifest } = composePackage(makePackageInput());
    const frames = PackageManifest.parse(manifest).entries.filter((entry) => entry.role === 'frame');
    expect(frames).toHaveLength(32);
    expect(frames[0]).toMatchObject({
      path: 'SHOT_010_PL01_v001/4096x2160/SHOT_010_PL01_v001.1001.exr',
      bucket: 'local-work',
      sizeBytes: 1000,
    });
    expect(frames[0]!.key).toMatch(/^frames\/[0-9a-f]{64}\/00000020\.exr$/);
    expect(frames.at(-1)!.path).toMatch(/\.1032\.exr$/);
  });

  it('tells of each plate its numbers, its timecode, its handles and the originals it comes from', () => {
    const [plate] = composePackage(makePackageInput()).manifest.plates;
    expect(plate).toMatchObject({
      frames: { firstNumber: 1001, count: 32, firstSourceFrame: 20 },
      startTimecode: '10:00:00:20',
      handles: { head: 8, tail: 8 },
      reelName: 'A001R1AB',
      ocf: [{ path: 'A001R1AB/A001C001_240101_R1AB.mov', xxh128: 'a'.repeat(32) }],
    });
  });

  it('has the version of its turnover in every name when it is pulled again', () => {
    const { manifest } = composePackage(makePackageInput({ revision: 2 }));
    expect(manifest.entries[0]!.path).toMatch(/^SHOT_010_PL01_v002\//);
  });

  it('keeps a hole in the source as a hole in the numbers, and says that frames are short', () => {
    const input = makePackageInput();
    input.plates[0]!.made.sequences[0]!.frames.splice(5, 1);
    const { manifest } = composePackage(input);
    const numbers = manifest.entries
      .filter((e) => e.role === 'frame')
      .map((e) => Number(e.path.match(/\.(\d+)\.exr$/)![1]));
    expect(numbers).not.toContain(1006);
    expect(numbers).toContain(1007);
    expect(manifest.findings.map((f) => f.code)).toContain('frame-count-mismatch');
  });

  it('lists every document with the digest of its bytes, the manifest alone excepted', () => {
    const { manifest, documents } = composePackage(makePackageInput());
    for (const document of documents.filter((d) => d.path !== PACKAGE_FILES.manifest)) {
      const entry = manifest.entries.find((e) => e.path === document.path);
      expect(entry?.xxh128).toBe(hashBytes('xxh128', Buffer.from(document.text)));
    }
    expect(documents.at(-1)!.path).toBe('manifest.json');
    expect(JSON.parse(String(documents.at(-1)!.text))).toEqual(manifest);
  });

  it('is the same bytes for the same work at the same instant, and differs by the instant alone', () => {
    const texts = (at: string) =>
      composePackage(makePackageInput({ at })).documents.map((d) => String(d.text));
    const one = texts('2026-11-21T09:00:00.000Z');
    expect(texts('2026-11-21T09:00:00.000Z')).toEqual(one);
    const plain = (list: string[]) =>
      list.map((text) =>
        text
          .replaceAll(/20(26-11-21T09|27-01-01T00):00:00(\.000)?Z/g, 'INSTANT')
          .replaceAll(/urn:uuid:[0-9a-f-]{36}|[0-9a-f]{32}/g, 'DERIVED'),
      );
    expect(plain(texts('2027-01-01T00:00:00.000Z'))).toEqual(plain(one));
  });

  it('writes a report page that cannot be broken by a name', () => {
    const input = makePackageInput({ turnover: 'prod/<script>alert(1)</script>/1' });
    const page = composePackage(input).documents.find((d) => d.path === PACKAGE_FILES.reportPage)!;
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('SHOT_010_PL01');
  });
});
