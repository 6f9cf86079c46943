import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, checkoutDir } from './places.mjs';

/** How our C sources are compiled. No contraction of `a * b + c`: every processor has to give the same bits. */
export const FLAGS = ['-std=gnu11', '-O3', '-ffp-contract=off', '-Wall', '-Wextra', '-pthread'];

/** Our own programs in C by name: the folder of their sources, what they are linked with, and where else headers lie. */
export const NATIVE_PROGRAMS = {
  // libdeflate goes in, so that none is needed at run time.
  'exr-frames': { folder: 'engine/open/native', libraries: ['-l:libdeflate.a', '-lm'] },
  // xxHash in the version that the lock file brings for Node.
  'hash-files': {
    folder: 'stores/hashing/native',
    headers: 'node_modules/xxhash-addon/xxHash',
    libraries: [],
  },
};

/** Digest of all that a program is made from: sources and how they are compiled. */
export function sourceDigest(name) {
  const { folder, libraries } = NATIVE_PROGRAMS[name];
  const hash = createHash('sha256').update(JSON.stringify([FLAGS, libraries]));
  for (const file of sources(name))
    hash.update(`${file}\n`).update(readFileSync(join(checkoutDir, folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Names of a program's own source files. */
export function sources(name) {
  return readdirSync(join(checkoutDir, NATIVE_PROGRAMS[name].folder))
    .filter((file) => /\.[ch]$/.test(file))
    .sort();
}

/** Where set-up puts a program that it builds from our sources: other sources are another program. */
export function nativeProgram(name, cache = cacheDir()) {
  return join(cache, 'native', sourceDigest(name), name);
}

/** Path of a program built from the sources of this checkout; null where set-up has not built it. */
export function builtProgram(name, cache = cacheDir()) {
  const path = nativeProgram(name, cache);
  return existsSync(path) ? path : null;
}
