import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FLAGS, NATIVE_PROGRAMS, nativeProgram, sources } from '../native-programs.mjs';
import { checkoutDir, makeDir } from '../places.mjs';
import { mustRun, runProgram } from '../run-program.mjs';

const COMPILER = process.env.CC ?? 'cc';

/** What a build needs of Debian: the compiler where there is none, and the library that packs ZIP frames. */
export async function missingBuildPackages() {
  const hasCompiler = (await runProgram(COMPILER, ['--version'])).code === 0;
  const hasLibrary = existsSync('/usr/include/libdeflate.h');
  return [...(hasCompiler ? [] : ['gcc', 'libc6-dev']), ...(hasLibrary ? [] : ['libdeflate-dev'])];
}

/** Builds a program with the C compiler at hand; it appears whole or not at all. */
export async function installNative(cache, name, doing) {
  const { folder, headers, libraries } = NATIVE_PROGRAMS[name];
  const target = nativeProgram(name, cache);
  const building = mkdtempSync(join(makeDir(dirname(target)), '.building-'));
  const files = sources(name).filter((file) => file.endsWith('.c'));
  doing(`compiling ${files.length} files`);
  try {
    const half = join(building, name);
    const args = [
      ...FLAGS,
      ...(headers === undefined ? [] : ['-I', join(checkoutDir, headers)]),
      '-o',
      half,
      ...files.map((file) => join(checkoutDir, folder, file)),
      ...libraries,
    ];
    await mustRun(`Building ${name}`, COMPILER, args);
    renameSync(half, target);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

// The image builds these in a stage of its own: node setup/install/native.mjs FOLDER NAME...
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [cache, ...names] = process.argv.slice(2);
  for (const name of names) await installNative(cache, name, (text) => console.log(`${name}: ${text}`));
}
