import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { factsOfFile } from '../../../engine/vendor/file-facts.ts';

const ANSWER = { tool: 'redline', version: '1', output: null, durationMs: 1 };

test('a file is told by its whole name, question mark and all; an address without its signature', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'file-facts-')), 'take 1? again.R3D');
  writeFileSync(file, 'no camera wrote this');
  expect(await factsOfFile(file, ANSWER)).toMatchObject({ path: file, sizeBytes: 20, sniffed: 'text' });
  const { path } = await factsOfFile('http://127.0.0.1:1/ocf/A001.R3D?X-Amz-Signature=abc', ANSWER);
  expect(path).toBe('http://127.0.0.1:1/ocf/A001.R3D');
});
