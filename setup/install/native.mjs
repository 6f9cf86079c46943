import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutDir, makeDir } from '../places.mjs';
import { mustRun, runProgram } from '../run-program.mjs';

/** No contraction of `a * b + c`: every processor has to give the same bits. libdeflate goes in, so that none is needed at run time. */
const FLAGS = ['-std=gnu11', '-O3', '-ffp-contract=off', '-Wall', '-Wextra', '-pthread'];
const COMPILER = process.env.CC ?? 'cc';
const LIBRARIES = ['-l:libdeflate.a', '-lm'];

/** What a build needs of Debian: the compiler where there is none, and the library that packs ZIP frames. */
export async function missingBuildPackages() {
  const hasCompiler = (await runProgram(COMPILER, ['--version'])).code === 0;
  const hasLibrary = existsSync('/usr/include/libdeflate.h');
  return [...(hasCompiler ? [] : ['gcc', 'libc6-dev']), ...(hasLibrary ? [] : ['libdeflate-dev'])];
}

/** Path of a program that set-up builds from our own sources: other sources are another program. */
export function nativeProgram(cache, tool) {
  return join(cache, 'native', tool.from.digest, tool.name);
}

/** Digest of all that a build is made from: sources and how they are compiled. */
export function sourceDigest(folder) {
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, LIBRARIES]));
  for (const file of sources(folder))
    hash.update(`${file}\n`).update(readFileSync(join(checkoutDir, folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Builds a program with the C compiler at hand; it appears whole or not at all. */
export async function installNative(cache, tool, doing) {
  const target = nativeProgram(cache, tool);
  const folder = makeDir(join(cache, 'native', tool.from.digest));
  const building = mkdtempSync(join(folder, '.building-'));
  const files = sources(tool.from.folder).filter((file) => file.endsWith('.c'));
  doing(`compiling ${files.length} files`);
  try {
    const half = join(building, tool.name);
    const args = [
      ...FLAGS,
      '-o',
      half,
      ...files.map((file) => join(checkoutDir, tool.from.folder, file)),
      ...LIBRARIES,
    ];
    await mustRun(`Building ${tool.name}`, COMPILER, args);
    renameSync(half, target);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function sources(folder) {
  return readdirSync(join(checkoutDir, folder))
    .filter((file) => /\.[ch]$/.test(file))
    .sort();
}

// The image builds this part in a stage of its own: node setup/install/native.mjs FOLDER NAME SOURCES
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [cache, name, folder] = process.argv.slice(2);
  await installNative(cache, { name, from: { folder, digest: sourceDigest(folder) } }, (text) =>
    console.log(text),
  );
}
