import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openInspector } from '../../../engine/open/inspect/inspect.ts';
import { InspectedClip } from '../../../schemas/clip.ts';
import { inspectBytes } from '../../pipeline/inspection/inspect-bytes.ts';
import { toolPaths } from '../../support/tools.ts';
import { mutate, randomNumbers, seeds } from './mutate.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More of the same, out of the test run: node test/fuzz/inspection.ts 100000 */
const MUTATIONS = 3000;

describe('damaged and hostile files', () => {
  test('of every format give a whole record and never a crash', async () => {
    const next = randomNumbers(20260427);
    const originals = seeds();
    for (let i = 0; i < MUTATIONS; i++) {
      const { name, bytes } = originals[i % originals.length]!;
      const damaged = mutate(bytes, next);
      const clip = await inspectBytes({ [name]: damaged }).catch((cause: unknown) => {
        throw new Error(`mutation ${i} of ${name}: ${damaged.toString('hex').slice(0, 4000)}`, { cause });
      });
      InspectedClip.parse(clip);
      JSON.stringify(clip);
    }
  });

  test('cut at every length of its header give a record each', async () => {
    for (const { name, bytes } of seeds()) {
      const step = Math.max(1, Math.floor(bytes.length / 60));
      for (let length = 0; length < bytes.length; length += step)
        InspectedClip.parse(await inspectBytes({ [name]: bytes.subarray(0, length) }));
    }
  });

  test('some hundred through all tools give an answer each, and none has to be ended', async () => {
    const inspector = openInspector(toolPaths(), { scratch: folder, parallel: 2 });
    const next = randomNumbers(7);
    const originals = seeds().filter((s) => !/\.(ale|xml|csv|srt|txt)$/i.test(s.name));
    const paths = Array.from({ length: 120 }, (_, i) => {
      const { name, bytes } = originals[i % originals.length]!;
      const path = join(folder, `${i}-${name}`);
      writeFileSync(path, mutate(bytes, next));
      return path;
    });
    try {
      const facts = await inspector.inspect(paths, { signal: new AbortController().signal });
      expect(facts).toHaveLength(paths.length);
      for (const told of facts)
        for (const { error } of told.tools)
          expect(error ?? '').not.toMatch(/was not done after|no answer within|timeout/i);
    } finally {
      await inspector.close();
    }
  });

  test('an XML bomb is refused, not expanded', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><NonRealTimeMeta><Device modelName="&b;"/></NonRealTimeMeta>`;
    const clip = await inspectBytes({ 'C0001M01.XML': Buffer.from(bomb) });
    expect(clip.fields.cameraModel?.value).toBeNull();
  });

  test('a header that announces terabytes is not believed', async () => {
    const before = process.memoryUsage().rss;
    for (const { name, bytes } of seeds()) {
      for (let at = 0; at + 4 < Math.min(bytes.length, 400); at += 4) {
        const lying = Buffer.from(bytes);
        lying.writeUInt32BE(0xfffffff0, at);
        await inspectBytes({ [name]: lying });
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 1024 * 1024);
  });
});
