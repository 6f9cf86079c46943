import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packageVerifyCommand } from '../../../cli/package-verify.ts';
import { composePackage } from '../../../pipeline/delivery/compose-package.ts';
import type { PackageInput } from '../../../pipeline/delivery/package.ts';
import { pixelKey } from '../../../pipeline/delivery/pixel-key.ts';
import { verifyMovies } from '../../../pipeline/delivery/verify-movies.ts';
import type { Cdl } from '../../../schemas/cut-list.ts';
import type { PackageManifest } from '../../../schemas/package.ts';
import { type DpxFields, dpxHeader } from '../../../standards/dpx/write-header.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { hashThroughTree } from '../../../standards/mhl/examine-tree.ts';
import { recordTree } from '../../../standards/mhl/record-tree.ts';
import { advance, formatTimecode, parseTimecode } from '../../../standards/time/timecode.ts';
import { openLocalTree } from '../../../stores/local-tree.ts';
import { makeExr } from '../../standards/exr/make-exr.ts';
import { makeFdl } from '../../standards/fdl/make-fdl.ts';
import { makeClipSource } from './clip-source-fixture.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Change = {
  frame?: (index: number) => Uint8Array;
  input?: (input: PackageInput) => void;
  recipe?: 'vfx-plates' | 'dpx-log';
};

/** A whole package in a folder, as `package export` leaves it: small frames with true headers, documents, manifest, MHL. */
async function makePackage({
  frame = trueFrame,
  input: change = () => {},
  recipe = 'vfx-plates',
}: Change = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  folders.push(folder);
  const input = makePackageInput({}, recipe);
  const [plate] = input.plates;
  plate!.source = makeClipSource({
    imageSize: { width: 16, height: 8 },
    frameRate: { num: 24000, den: 1001 },
  });
  const bytes = Array.from({ length: 32 }, (_, i) => frame(i));
  for (const [i, made] of plate!.made.sequences[0]!.frames.entries()) {
    Object.assign(made, { sizeBytes: bytes[i]!.length, xxh128: hashBytes('xxh128', bytes[i]!) });
  }
  for (const { job } of plate!.prepared.deliverables) {
    job.geometry = { ...job.geometry, crop: { x: 0, y: 0, width: 16, height: 8 } };
    job.clip.frameRate = { num: 24000, den: 1001 };
    if (job.output.kind === 'exr') job.output.compression = 'none';
  }
  change(input);
  keyAnew(input);
  const { manifest, documents } = composePackage(input);
  const frames = manifest.entries.filter((entry) => entry.role === 'frame');
  for (const [i, entry] of frames.entries()) write(folder, entry.path, bytes[i]!);
  for (const document of documents) write(folder, document.path, document.text);
  await seal(folder);
  return folder;
}

/** The jobs were changed after they were prepared: their keys follow, and with them the names of what they made. */
function keyAnew({ plates }: PackageInput): void {
  const { prepared, made } = plates[0]!;
  for (const one of prepared.deliverables.filter(({ kind }) => kind === 'sequence')) {
    const key = pixelKey(one.job, one.engine!.versions);
    for (const frame of made.sequences[0]!.frames) frame.key = frame.key.replace(one.contentKey, key);
    one.contentKey = key;
  }
}

function trueFrame(index: number): Uint8Array {
  return makeExr({ width: 16, height: 8, frame: 20 + index });
}

function trueDpx(index: number, other: Partial<DpxFields> = {}): Uint8Array {
  const rate = { num: 24000, den: 1001 };
  const start = parseTimecode('10:00:00:00', rate);
  if (!start.ok) throw new Error(start.sentence);
  const header = dpxHeader({
    ...{
      width: 16,
      height: 8,
      bits: 10,
      transfer: 3,
      pixelAspect: { num: 1, den: 1 },
      rate,
      reel: 'A001R1AB',
    },
    timecode: formatTimecode(advance(start.timecode, 20 + index)),
    ...{ frame: 20 + index, frameCount: 100 },
    ...other,
  });
  return Buffer.concat([header, Buffer.alloc(16 * 8 * 4, index)]);
}

async function seal(folder: string): Promise<void> {
  rmSync(join(folder, 'ascmhl'), { recursive: true, force: true });
  const tree = openLocalTree(folder);
  const creator = {
    hostname: 'h',
    tool: { name: 'rushes', version: '0' },
    authors: [],
    location: null,
    comment: null,
  };
  await recordTree(tree, {
    hashFiles: hashThroughTree(tree),
    formats: ['xxh128'],
    startedAt: '2026-11-21T09:00:00Z',
    process: 'transfer',
    creator,
  });
}

function write(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function verify(folder: string, ...flags: string[]) {
  let text = '';
  const io = {
    stdout: (t: string) => {
      text += t;
    },
    stderr: () => {},
  };
  const exitCode = await packageVerifyCommand([folder, '--json', ...flags], io, () => {
    throw new Error('no frame was asked to be made again');
  });
  const document = JSON.parse(text);
  return { exitCode, document, codes: document.findings.map((f: { code: string }) => f.code) as string[] };
}

const FRAMES = 'SHOT_010_PL01_v001/16x8';
const FRAME = `${FRAMES}/SHOT_010_PL01_v001.1005.exr`;
const AMF = 'SHOT_010_PL01_v001/SHOT_010_PL01_v001.amf';

describe('the check of a received package', () => {
  it('passes a whole package and counts what it read', async () => {
    const { exitCode, document } = await verify(await makePackage());
    expect(document.findings.filter((f: { severity: string }) => f.severity !== 'info')).toEqual([]);
    expect(document).toMatchObject({
      version: 1,
      kind: 'package-verdict',
      ok: true,
      counts: { plates: 1, frames: 32, failed: 0, missing: 0, unlisted: 0 },
    });
    expect(exitCode).toBe(0);
  });

  it('finds one flipped bit in a frame', async () => {
    const folder = await makePackage();
    const bytes = readFileSync(join(folder, FRAME));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(folder, FRAME), bytes);
    const { exitCode, codes } = await verify(folder);
    expect(codes).toContain('hash-mismatch');
    expect(exitCode).toBe(11);
  });

  it('finds a missing frame by its number', async () => {
    const folder = await makePackage();
    rmSync(join(folder, FRAME));
    const { exitCode, codes } = await verify(folder);
    expect(codes.filter((code) => code === 'file-missing')).toHaveLength(1);
    expect(exitCode).toBe(12);
  });

  it('finds a truncated frame even where manifest and MHL vouch for it', async () => {
    const folder = await makePackage({
      frame: (i) => (i === 4 ? trueFrame(i).subarray(0, 700) : trueFrame(i)),
    });
    const { exitCode, codes } = await verify(folder);
    expect(codes).toEqual(expect.arrayContaining(['frame-damaged']));
    expect(codes).not.toContain('hash-mismatch');
    expect(exitCode).toBe(11);
  });

  it('finds a frame with another timecode, another reel or another size than its plate', async () => {
    const folder = await makePackage({
      frame: (i) =>
        i === 3
          ? makeExr({ width: 16, height: 8, frame: 2 })
          : i === 4
            ? makeExr({ width: 16, height: 8, frame: 24, reelName: 'B' })
            : i === 5
              ? makeExr({ width: 8, height: 8, frame: 25 })
              : trueFrame(i),
    });
    const { exitCode, document } = await verify(folder);
    const found = document.findings
      .filter((f: { code: string }) => f.code === 'header-mismatch')
      .map((f: { technical: { name: string } }) => f.technical.name);
    expect(found).toEqual(['timeCode', 'reelName', 'size']);
    expect(exitCode).toBe(10);
  });

  it('finds a file that nobody listed', async () => {
    const folder = await makePackage();
    write(folder, 'notes.txt', 'hello');
    const { exitCode, codes } = await verify(folder);
    expect(codes).toEqual(['file-unlisted']);
    expect(exitCode).toBe(10);
  });

  it('finds a hole in the frame numbers that the manifest itself has', async () => {
    const folder = await makePackage({
      input: (input) => input.plates[0]!.made.sequences[0]!.frames.splice(5, 1),
    });
    expect((await verify(folder)).codes).toContain('frame-missing');
  });

  it('finds an altered AMF, a missing one, and one of another sequence', async () => {
    const altered = await makePackage();
    writeFileSync(
      join(altered, AMF),
      readFileSync(join(altered, AMF), 'utf8').replace('applied="true"', 'applied="false"'),
    );
    await seal(altered);
    expect((await verify(altered)).codes).toEqual(
      expect.arrayContaining(['hash-mismatch', 'document-invalid']),
    );
    const missing = await makePackage();
    rmSync(join(missing, AMF));
    expect((await verify(missing)).exitCode).toBe(12);
    const other = await makePackage();
    writeFileSync(
      join(other, AMF),
      readFileSync(join(other, AMF), 'utf8').replace('max="1032"', 'max="1033"'),
    );
    expect((await verify(other)).codes).toContain('document-invalid');
  });

  it('says what it is when there is no manifest, and when the history is gone', async () => {
    const folder = await makePackage();
    rmSync(join(folder, 'manifest.json'));
    expect((await verify(folder)).codes).toEqual(
      expect.arrayContaining(['document-missing', 'file-missing']),
    );
    const bare = await makePackage();
    rmSync(join(bare, 'ascmhl'), { recursive: true });
    const { codes, exitCode } = await verify(bare);
    expect(codes).toContain('no-history');
    expect(exitCode).toBe(12);
  });

  it('reads nothing that a manifest names outside the package', async () => {
    const folder = await makePackage();
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    manifest.entries.push({ ...manifest.entries[0], path: '../../../../etc/hostname', role: 'frame' });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    await seal(folder);
    expect((await verify(folder)).codes).toContain('file-missing');
  });

  it('appends a generation with its result only when told to', async () => {
    const folder = await makePackage();
    await verify(folder);
    expect(readFileSync(join(folder, 'ascmhl/ascmhl_chain.xml'), 'utf8').match(/<hashlist /g)).toHaveLength(
      1,
    );
    expect((await verify(folder, '--record')).exitCode).toBe(0);
    expect(readFileSync(join(folder, 'ascmhl/ascmhl_chain.xml'), 'utf8').match(/<hashlist /g)).toHaveLength(
      2,
    );
    truncateSync(join(folder, FRAME), 100);
    renameSync(join(folder, 'cutlist'), join(folder, 'lists'));
    expect((await verify(folder)).exitCode).toBe(11);
  });

  it('passes log plates in DPX, and sees a cut one, a wrong timecode and a wrong reel', async () => {
    const good = await verify(await makePackage({ recipe: 'dpx-log', frame: (i) => trueDpx(i) }));
    expect(good.document.findings.filter((f: { severity: string }) => f.severity !== 'info')).toEqual([]);
    expect(good.document.counts).toMatchObject({ plates: 1, frames: 32 });
    const cut = (i: number) => (i === 4 ? trueDpx(i).subarray(0, 2100) : trueDpx(i));
    expect((await verify(await makePackage({ recipe: 'dpx-log', frame: cut }))).codes).toContain(
      'frame-damaged',
    );
    const late = (i: number) => trueDpx(i, i === 4 ? { timecode: '10:00:00:00', reel: 'B002' } : {});
    const found = (await verify(await makePackage({ recipe: 'dpx-log', frame: late }))).document.findings as {
      code: string;
      technical: { name: string };
    }[];
    const names = found
      .filter(({ code }) => code === 'header-mismatch')
      .map(({ technical }) => technical.name);
    expect(names.sort()).toEqual(['reelName', 'timeCode']);
  });

  it('refuses an AMF that has the input transform in the pixels of a log plate', async () => {
    const folder = await makePackage({ recipe: 'dpx-log', frame: (i) => trueDpx(i) });
    const text = readFileSync(join(folder, AMF), 'utf8');
    expect(text).toContain('inputTransform applied="false"');
    writeFileSync(
      join(folder, AMF),
      text.replace('inputTransform applied="false"', 'inputTransform applied="true"'),
    );
    await seal(folder);
    expect((await verify(folder)).codes).toContain('document-invalid');
  });
});

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
