import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a program file that runs a stand-in written in TypeScript with this Node; its path. The folder is left to the system's cleaning. */
export function executable(name: string, script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stand-in-')), name);
  writeFileSync(
    path,
    `#!/bin/sh\nexec "${process.execPath}" --no-warnings "${join(import.meta.dirname, script)}" "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}
