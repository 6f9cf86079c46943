import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const path = (relative: string) => new URL(`../../${relative}`, import.meta.url).pathname;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-closing-'));
  const reporters = ['default', path('test/support/closing-line.ts')];
  // What is run here is done at once, or stands still for as long as the machine does.
  const config = {
    test: { globals: true, pool: 'forks', reporters, testTimeout: 0, teardownTimeout: 120_000 },
  };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default ${JSON.stringify(config)};`);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the given test files by vitest in a process of its own. */
function run(files: Record<string, string>): { code: number | null; lastLine: string | undefined } {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = [path('node_modules/vitest/vitest.mjs'), 'run', '--root', folder];
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', env: { PATH: process.env.PATH } });
  return { code: ended.status, lastLine: ended.stdout.trimEnd().split('\n').at(-1) };
}

test('the last line counts what passed, failed and was skipped', () => {
  const text = `test('a', () => {}); test('b', () => { throw new Error('no') }); test.skip('c', () => {});`;
  expect(run({ 'one.test.mjs': text })).toEqual({ code: 1, lastLine: '1 passed, 1 failed, 1 skipped' });
});

test('all good ends well', () => {
  const text = `test('a', () => {}); describe('x', () => { test('b', () => {}); });`;
  expect(run({ 'one.test.mjs': text })).toEqual({ code: 0, lastLine: '2 passed, 0 failed' });
});

test('a file that cannot be read counts as a failure', () => {
  const files = { 'broken.test.mjs': `import './not-there.mjs';`, 'good.test.mjs': `test('a', () => {});` };
  expect(run(files)).toEqual({ code: 1, lastLine: '1 passed, 1 failed' });
});

test('an error that no test caught counts as a failure', () => {
  const text = `test('a', async () => {
    setTimeout(() => { throw new Error('later') }, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  });`;
  expect(run({ 'one.test.mjs': text })).toEqual({ code: 1, lastLine: '1 passed, 1 failed' });
});

test('a run without any test is not a success', () => {
  const { code, lastLine } = run({});
  expect(code).not.toBe(0);
  expect(lastLine).toMatch(/^0 passed, [1-9]\d* failed$/);
});
