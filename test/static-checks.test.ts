import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutDir } from '../setup/places.mjs';

/** Runs a program of node_modules over the whole tree; its text when it complains, else nothing. */
function complaintOf(program: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
  const file = join(checkoutDir, 'node_modules', '.bin', program);
  const ended = spawnSync(file, args, { cwd: checkoutDir, env, encoding: 'utf8' });
  return ended.status === 0 ? '' : `${ended.stdout}${ended.stderr}`;
}

test('every file has the types it says it has', () => {
  expect(complaintOf('tsc', '--noEmit', '--pretty', 'false')).toBe('');
});

test('the tree is formatted and linted as one hand would write it', () => {
  expect(complaintOf('biome', 'check', '--colors=off', '.')).toBe('');
});

test('no promise is left floating, the worst fault in code of workflows', () => {
  expect(complaintOf('oxlint', '--type-aware', '--quiet')).toBe('');
});

test('a floating promise would be found', () => {
  // Not in the checkout, where a run that is killed would leave it for the checks above to find.
  const folder = mkdtempSync(join(tmpdir(), 'floating-'));
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true } }));
    const file = join(folder, 'floating.ts');
    writeFileSync(
      file,
      'async function save(): Promise<void> {}\nexport function close(): void {\n  save();\n}\n',
    );
    const program = [
      'oxlint',
      '--config',
      join(checkoutDir, '.oxlintrc.json'),
      '--type-aware',
      '--quiet',
    ] as const;
    expect(complaintOf(...program, file)).toContain('no-floating-promises');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
