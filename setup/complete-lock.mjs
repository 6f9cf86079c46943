// Adds to package-lock.json the optional packages of other platforms that npm left out, and says which.
//
// A registry mirror may hold only some platforms' packages. npm then writes a lock file without the others, and
// `npm ci` refuses that very file ("Missing: ... from lock file"). The parents name these packages by exact version, so
// the entries can be completed without the registry; only their integrity is unknown here, and npm fills it in where such
// a package is really installed. Run after `npm install` of anything: node setup/complete-lock.mjs [path of the lock file]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutDir } from './places.mjs';

/** Words in such package names and what npm calls the same in `os` and `cpu`. */
const OPERATING_SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

/** Optional packages that the lock file's packages name and the lock file lacks: `{ name, version, parent }`. */
export function missingOptionals(lock) {
  const missing = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const places = [`node_modules/${name}`, `${path}/node_modules/${name}`];
      if (!places.some((place) => lock.packages[place])) missing.push({ name, version, parent: entry });
    }
  }
  return missing;
}

/** The lock file with those packages in it, entries in npm's order. @throws for a name or range it cannot read. */
export function completedLock(lock) {
  const added = missingOptionals(lock).map(({ name, version, parent }) => [
    `node_modules/${name}`,
    entryFor(name, version, parent),
  ]);
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) });
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(packages) };
}

function entryFor(name, version, parent) {
  if (!/^\d+\.\d+\.\d+/.test(version))
    throw new Error(`${name} "${version}" is a range: only the registry can say which version it is.`);
  const words = name.split(/[-/]/);
  const os = OPERATING_SYSTEMS.find((each) => words.includes(each));
  const cpu = words.map((word) => PROCESSORS[word]).find(Boolean);
  if (!os || !cpu) throw new Error(`The name ${name} does not tell its system and processor.`);
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.includes('gnu')
      ? ['glibc']
      : undefined;
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc ? { libc } : {}),
    optional: true,
    os: [os],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv[2] ?? join(checkoutDir, 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingOptionals(lock);
  if (missing.length > 0) writeFileSync(path, `${JSON.stringify(completedLock(lock), null, 2)}\n`);
  for (const { name, version } of missing) console.log(`added ${name}@${version}`);
}
