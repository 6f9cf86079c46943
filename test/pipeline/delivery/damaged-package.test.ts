import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyMovies } from '../../../pipeline/delivery/verify-movies.ts';
import type { Cdl } from '../../../schemas/cut-list.ts';
import type { PackageManifest } from '../../../schemas/package.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { makeExr } from '../../standards/exr/make-exr.ts';
import { makeFdl } from '../../standards/fdl/make-fdl.ts';
import { makeClipSource } from './clip-source-fixture.ts';
import { FRAMES, folders, makePackage, seal, verify, write } from './received-package.ts';

describe('every kind of damage to a package has its own finding', () => {
  type Manifest = { entries: Record<string, unknown>[]; plates: Record<string, unknown>[] } & Record<
    string,
    unknown
  >;
  const manifestOf = (folder: string) =>
    JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;

  /** The manifest and the MHL made anew over what lies there: a forger who knows both. */
  async function forge(folder: string, change: (manifest: Manifest) => void = () => {}): Promise<void> {
    const manifest = manifestOf(folder);
    for (const entry of manifest.entries) {
      const bytes = readFileSync(join(folder, entry.path as string));
      Object.assign(entry, { sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) });
    }
    change(manifest);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 2));
    await seal(folder);
  }

  const at = (folder: string, number: number) => join(folder, FRAMES, `SHOT_010_PL01_v001.${number}.exr`);

  it('a whole package is followed back to its camera file by digests alone', async () => {
    const { document } = await verify(await makePackage());
    expect(document.origins).toMatchObject([
      {
        plateId: 'SHOT_010_PL01',
        frames: 32,
        holds: true,
        originals: [{ path: 'A001R1AB/A001C001_240101_R1AB.mov', xxh128: 'a'.repeat(32), isInHistory: null }],
      },
    ]);
  });

  it('a camera file is held against the ASC MHL of its card', async () => {
    const card = mkdtempSync(join(tmpdir(), 'card-'));
    folders.push(card);
    write(card, 'A001R1AB/A001C001_240101_R1AB.mov', 'as recorded');
    await seal(card);
    const folder = await makePackage();
    const other = await verify(folder, '--card', card);
    expect(other.codes).toContain('origin-unproven');
    expect(other.exitCode).toBe(11);
    const digest = hashBytes('xxh128', Buffer.from('as recorded'));
    const own = await makePackage({
      input: ({ plates }) => {
        plates[0]!.source.objects[0]!.object.xxh128 = digest;
        for (const one of plates[0]!.prepared.deliverables) one.job.sources[0]!.xxh128 = digest;
      },
    });
    const held = await verify(own, '--card', card);
    expect(held.codes.filter((code) => code === 'origin-unproven')).toEqual([]);
    expect(held.document.origins[0].originals).toMatchObject([{ isInHistory: true }]);
  });

  it('a header that was altered is found though manifest and MHL were made anew', async () => {
    const folder = await makePackage();
    writeFileSync(at(folder, 1005), makeExr({ width: 16, height: 8, frame: 24, reelName: 'B002' }));
    await forge(folder);
    const { codes, document } = await verify(folder);
    expect(codes).toContain('header-mismatch');
    expect(JSON.stringify(document.findings)).toMatch(/reelName in the header is B002/);
  });

  it('two frames that changed places are found by their timecode, whatever vouches for them', async () => {
    const folder = await makePackage();
    const [a, b] = [readFileSync(at(folder, 1003)), readFileSync(at(folder, 1004))];
    writeFileSync(at(folder, 1003), b);
    writeFileSync(at(folder, 1004), a);
    expect((await verify(folder)).codes).toContain('hash-mismatch');
    await forge(folder);
    const { codes } = await verify(folder);
    expect(codes.filter((code) => code === 'header-mismatch')).toHaveLength(2);
  });

  it('a frame whose object is another source frame than its number says is found', async () => {
    const folder = await makePackage();
    await forge(folder, ({ entries }) => {
      const [one, two] = entries.filter(({ role }) => role === 'frame');
      [one!.key, two!.key] = [two!.key, one!.key];
    });
    const { codes, exitCode } = await verify(folder);
    expect(codes).toContain('origin-unproven');
    expect(exitCode).toBe(11);
  });

  it('a document of what the pixels are made of does not survive a change of it', async () => {
    const folder = await makePackage();
    const path = 'report/making/SHOT_010_PL01_v001_plate.json';
    const making = JSON.parse(readFileSync(join(folder, path), 'utf8'));
    making.madeOf.colour.steps = [];
    writeFileSync(join(folder, path), JSON.stringify(making));
    await forge(folder);
    const { codes, document } = await verify(folder);
    expect(codes).toContain('origin-unproven');
    expect(document.origins[0].holds).toBe(false);
  });

  it('an extra frame, a renamed one and a missing one each have their word', async () => {
    const extra = await makePackage();
    writeFileSync(at(extra, 1033), readFileSync(at(extra, 1032)));
    expect((await verify(extra)).codes).toContain('file-unlisted');
    const renamed = await makePackage();
    renameSync(at(renamed, 1032), at(renamed, 1040));
    expect((await verify(renamed)).codes).toEqual(expect.arrayContaining(['file-renamed', 'file-missing']));
    const missing = await makePackage();
    rmSync(at(missing, 1010));
    const { codes, exitCode } = await verify(missing);
    expect([codes.includes('file-missing'), exitCode]).toEqual([true, 12]);
  });

  it('a report that counts other frames than were delivered is found', async () => {
    const folder = await makePackage();
    const path = join(folder, 'report/report.json');
    const report = JSON.parse(readFileSync(path, 'utf8'));
    report.plates[0].frames.count = 33;
    report.totals.frames = 33;
    writeFileSync(path, JSON.stringify(report));
    await forge(folder);
    const { codes, document } = await verify(folder);
    expect(codes.filter((code) => code === 'document-invalid')).toHaveLength(2);
    expect(JSON.stringify(document.findings)).toMatch(/frames in all: 33; by the manifest it is 32/);
  });

  it('a .cc and a .cdl of another grade than the AMF has are found', async () => {
    const grade = { slope: [1.1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 } as Cdl;
    const folder = await makePackage({
      input: ({ plates }) => {
        plates[0]!.planned.cdl = grade;
        const { sources } = plates[0]!.prepared as unknown as { sources: { told: { cdl: Cdl } } };
        sources.told.cdl = grade;
      },
    });
    expect((await verify(folder)).codes).not.toContain('document-invalid');
    for (const ending of ['cc', 'cdl']) {
      const path = join(folder, `SHOT_010_PL01_v001/SHOT_010_PL01_v001.${ending}`);
      writeFileSync(path, readFileSync(path, 'utf8').replace('<Slope>1.1 1 1<', '<Slope>1.2 1 1<'));
    }
    await forge(folder);
    const { document } = await verify(folder);
    expect(JSON.stringify(document.findings)).toMatch(/hold another grade than its AMF/);
  });

  it('an FDL of another size than the frames is found', async () => {
    const fdl = makeFdl({ canvas: { dimensions: { width: 4096, height: 2160 } } });
    const folder = await makePackage({
      input: ({ plates }) => {
        (plates[0]!.prepared as { sources?: { fdl: string | null } }).sources!.fdl = JSON.stringify(fdl);
      },
    });
    const { codes, document } = await verify(folder);
    expect(codes).toContain('document-invalid');
    expect(JSON.stringify(document.findings)).toMatch(
      /canvas of 4096x2160; the frames of SHOT_010_PL01 are 16x8/,
    );
  });

  it('a movie is held by length, timecode, size, codec and reel; a still by its size', async () => {
    const facts: Record<string, unknown> = {
      frameCount: 32,
      startTimecode: '10:00:00:20',
      imageSize: { width: 1920, height: 1080 },
      codec: 'Apple ProRes 422 Proxy',
      frameRate: { num: 24, den: 1 },
      reelName: 'A001R1AB',
    };
    const movie = {
      ...{
        plateId: 'P',
        deliverable: 'd',
        path: 'a.mov',
        codec: 'prores-proxy',
        container: 'mov',
        workKey: 'k',
      },
      ...{ size: { width: 1920, height: 1080 }, frameCount: 32, frameRate: { num: 24, den: 1 } },
      ...{ startTimecode: '10:00:00:20', reelName: 'A001R1AB' },
    };
    const check = (change: Record<string, unknown>) =>
      verifyMovies(
        {
          readText: async () => null,
          openFile: async () => null,
          inspectMovie: async () => makeClipSource({ ...facts, ...change }).clip,
        },
        { movies: [movie] } as unknown as PackageManifest,
      );
    expect(await check({})).toEqual([]);
    for (const [change, word] of [
      [{ frameCount: 31 }, 'number of frames is 31'],
      [{ startTimecode: '10:00:00:21' }, 'timecode is 10:00:00:21'],
      [{ imageSize: { width: 1280, height: 720 } }, 'size is 1280x720'],
      [{ codec: 'DNxHR LB' }, 'codec is DNxHR LB'],
      [{ reelName: 'A002' }, 'reel is A002'],
      [{ frameRate: { num: 25, den: 1 } }, 'frame rate is 25/1'],
    ] as const)
      expect((await check(change)).map(({ forPeople }) => forPeople)).toEqual([
        expect.stringContaining(word),
      ]);
  });
});
