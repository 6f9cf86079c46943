import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chunkDamage, compressionName } from '../../../standards/exr/chunks.ts';
import { type ByteSource, readExrHeader } from '../../../standards/exr/header.ts';
import { makeExr } from './make-exr.ts';

function sourceOf(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

describe('OpenEXR headers', () => {
  it('give windows, timecode, rates and strings', async () => {
    const header = await readExrHeader(sourceOf(makeExr({ width: 8, height: 40 })), 'a.exr');
    const value = (name: string) => header.attributes.get(name)?.value;
    expect(value('dataWindow')).toEqual({ xMin: 0, yMin: 0, xMax: 7, yMax: 39 });
    expect(value('timeCode')).toMatchObject({ text: '10:00:00:20', dropFrame: false });
    expect(value('framesPerSecond')).toEqual({ num: 24000, den: 1001 });
    expect(value('reelName')).toBe('A001R1AB');
    expect((value('channels') as { name: string }[]).map((c) => c.name)).toEqual(['B', 'G', 'R']);
    expect(compressionName(header)).toBe('none');
  });

  it('are found beyond the first read when an attribute is large', async () => {
    const header = await readExrHeader(
      sourceOf(makeExr({ width: 2, height: 2, comment: 'x'.repeat(100_000) })),
      'a',
    );
    expect(header.attributes.get('comments')?.sizeBytes).toBe(100_000);
  });

  it('are refused for another kind of file and for one that ends early', async () => {
    await expect(readExrHeader(sourceOf(Buffer.from('not an exr at all')), 'x.exr')).rejects.toThrow(
      /x\.exr.*first bytes/,
    );
    await expect(
      readExrHeader(sourceOf(makeExr({ width: 2, height: 2 }).subarray(0, 60)), 'x'),
    ).rejects.toThrow(/ends within/);
    await expect(readExrHeader(sourceOf(new Uint8Array(0)), 'x')).rejects.toThrow(/ends within/);
  });
});

describe('a frame', () => {
  it('is whole when its last chunk ends where the file ends', async () => {
    const bytes = makeExr({ width: 8, height: 40 });
    expect(await damage(bytes)).toBeNull();
  });

  it.each([0.5, 0.9, 0.9999])('cut at %f of its length is damaged', async (part) => {
    const bytes = makeExr({ width: 64, height: 400 });
    expect(await damage(bytes.subarray(0, Math.floor(bytes.length * part)))).toMatch(
      /lies outside|ends at byte/,
    );
  });

  it('with a hole in its offset table, or with bytes after its end, is damaged', async () => {
    const bytes = makeExr({ width: 8, height: 40 });
    const { headerEnd } = await readExrHeader(sourceOf(bytes), 'a');
    const hole = Buffer.from(bytes);
    hole.writeBigUInt64LE(0n, headerEnd + 8 * 5);
    expect(await damage(hole)).toMatch(/chunk 5 of 40 was never written/);
    expect(await damage(Buffer.concat([bytes, Buffer.from([1])]))).toMatch(/1 bytes follow/);
  });
});

const EXRINFO = '/usr/bin/exrinfo';
describe.skipIf(!existsSync(EXRINFO))('the OpenEXR project’s own reader', () => {
  it('reads the same header from our fixture', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'exr-')), 'a.exr');
    writeFileSync(file, makeExr({ width: 8, height: 40 }));

    expect(execFileSync(EXRINFO, ['-v', file], { encoding: 'utf8' })).toMatch(/10:00:00:20|timeCode/);
  });
});

async function damage(bytes: Uint8Array): Promise<string | null> {
  const source = sourceOf(bytes);
  return chunkDamage(source, await readExrHeader(source, 'frame'));
}
