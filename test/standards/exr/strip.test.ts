import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../engine/tools/run-program.ts';
import type { Box } from '../../../standards/exr/attribute-value.ts';
import { type ByteSource, readExrHeader } from '../../../standards/exr/header.ts';
import { middleStrip } from '../../../standards/exr/strip.ts';
import { toolPath } from '../../support/tools.ts';
import { makeExr } from './make-exr.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-strip-'));
});
afterAll(() => rm(folder, { recursive: true }));

const oiiotool = (...args: string[]) => runProgram({ tool: 'oiiotool', path: toolPath('oiiotool'), args });

/** A file's bytes, and how many of them were read. */
function counted(bytes: Uint8Array): ByteSource & { bytesRead: () => number } {
  let total = 0;
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => {
      const part = bytes.subarray(offset, offset + length);
      total += part.length;
      return part;
    },
    bytesRead: () => total,
  };
}

async function stripOf(bytes: Uint8Array) {
  const source = counted(bytes);
  const strip = await middleStrip(source, await readExrHeader(source, 'whole'));
  return { strip, bytesRead: source.bytesRead() };
}

test.each([
  ['none', 200],
  ['zips', 200],
  ['zip', 200],
  ['piz', 200],
  ['zip', 7],
  ['none', 1],
  ['piz', 33],
])(
  'the middle of a %s picture of %i lines is a whole picture with the same samples',
  async (compression, height) => {
    const whole = join(folder, `${compression}-${height}.exr`);
    const ramp = 'fill:topleft=0,.1,.2:topright=1,.5,.3:bottomleft=.3,3,2:bottomright=1,0,1';
    // An origin off zero, as of a plate whose data window is not its display window.
    await oiiotool(
      ...['--pattern', ramp, `300x${height}`, '3', '--origin', '+4-6', '-d', 'half'],
      ...['--compression', compression, '-o', whole],
    );
    const { strip } = await stripOf(await readFile(whole));
    const file = join(folder, `strip-${compression}-${height}.exr`);
    await writeFile(file, strip!);
    const bytes = counted(strip!);
    const { yMin, yMax } = (await readExrHeader(bytes, file)).attributes.get('dataWindow')!.value as Box;
    expect(yMax - yMin + 1).toBeLessThanOrEqual(32);
    expect([yMin, yMax].every((line) => line >= -6 && line < height - 6)).toBe(true);
    const same = ['--crop', `300x${yMax - yMin + 1}+4${yMin < 0 ? yMin : `+${yMin}`}`];
    const { stdout } = await oiiotool(whole, ...same, file, '--diff');
    expect(stdout.toString()).toContain('PASS');
  },
);

test('a strip costs a small part of the file', async () => {
  const { bytesRead } = await stripOf(makeExr({ width: 512, height: 1080 }));
  expect(bytesRead).toBeLessThan((512 * 1080 * 6) / 20);
});

test('a file that ends too early, or lost a chunk, has no strip', async () => {
  const whole = makeExr({ width: 64, height: 64 });
  expect((await stripOf(whole.subarray(0, whole.length / 3))).strip).toBeNull();
  const { headerEnd } = await readExrHeader(counted(whole), 'whole');
  const lost = Buffer.from(whole);
  lost.writeBigUInt64LE(0n, headerEnd + 8 * 40);
  expect((await stripOf(lost)).strip).toBeNull();
});
