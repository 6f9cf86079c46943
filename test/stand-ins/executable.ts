import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a program file that runs a stand-in written in TypeScript with this Node, with these variables; its path. The folder is left to the system's cleaning. */
export function executable(name: string, script: string, env: Readonly<Record<string, string>> = {}): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stand-in-')), name);
  writeFileSync(
    path,
    `#!/bin/sh\n${exports(env)}exec "${process.execPath}" --no-warnings "${join(import.meta.dirname, script)}" "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

function exports(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}
