import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeExr } from '../../standards/exr/make-exr.ts';
import { AMF, FRAME, makePackage, seal, trueDpx, trueFrame, verify, write } from './received-package.ts';

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
