import { sourceDigest } from './native-programs.mjs';

/**
 * Every program that Rushes runs beside Node, in one table: all but two are others' work.
 *
 * - `for`: the first purpose that needs it. A `worker` needs what reads and makes pixels; `run` is the product with its
 *   local servers; `demo` also checks with the field's reference tools; `test` has more oracles. Each purpose needs all before it; `bench` needs what `demo` needs.
 * - `accepts`: versions known to give the answers we rely on (see versions.mjs). A program outside the range does not count.
 * - `from`: how set-up gets it: a Debian package, the Python environment, a Go module, files inside our npm packages, or
 *   our own C sources.
 * - `look`: where a program may be found besides the place set-up puts it. Pixel makers are never taken from PATH:
 *   their exact version is part of every pixel key.
 * - `version`: arguments that make it tell its version, or `package` where it does not (then the package manager is asked).
 */
export const TOOLS = [
  // FFmpeg 4 lacks filters we use; 10 is unknown. zimg does the exact YUV to RGB conversion, freetype the burn-ins.
  debian('ffmpeg', 'ffmpeg', 'worker', '>=5.1 <10', 'decodes and encodes movies', {
    version: ['-version'],
    builtWith: ['--enable-libzimg', '--enable-libfreetype', '--enable-libx264', '--enable-libopenjpeg'],
  }),
  debian('ffprobe', 'ffmpeg', 'worker', '>=5.1 <10', 'reads facts of movies', { version: ['-version'] }),
  debian('dcraw_emu', 'libraw-bin', 'worker', '>=0.20 <0.23', 'develops camera RAW (LibRaw)', {
    version: 'package',
  }),
  debian('raw-identify', 'libraw-bin', 'worker', '>=0.20 <0.23', 'reads facts of camera RAW', {
    version: 'package',
  }),
  native('exr-frames', 'worker', '=1.0', 'colours, packs and writes frames (ours, in C)'),
  native('hash-files', 'worker', '=1.0', 'hashes cards for `rushes mhl` (ours, in C)'),
  debian('perl', 'perl', 'worker', '>=5.30 <6', 'runs ExifTool', { version: ['-e', 'printf "%vd", $^V'] }),

  python(
    'oiiotool',
    'OpenImageIO/bin/oiiotool',
    'worker',
    '=3.2.2.0',
    'reads, colours and writes frames (OpenImageIO)',
    {
      version: ['--version'],
    },
  ),
  python(
    'ociobakelut',
    'PyOpenColorIO/bin/ociobakelut',
    'worker',
    '=2.6.0',
    'bakes colour pipelines to LUTs',
    {
      version: 'opencolorio',
    },
  ),
  python('ociowrite', 'PyOpenColorIO/bin/ociowrite', 'worker', '=2.6.0', 'writes colour pipelines as CTF', {
    version: 'opencolorio',
  }),
  python('ociocheck', 'PyOpenColorIO/bin/ociocheck', 'worker', '=2.6.0', 'checks colour configurations', {
    version: 'opencolorio',
  }),

  go('temporal', 'github.com/temporalio/cli', 'cmd/temporal', 'v1.5.1', 1150, 'Temporal server with web UI', {
    // The CLI's own number is 0.0.0-DEV when built from source; what matters is the server inside: 1.29.1 is CLI 1.5.1.
    version: ['--version'],
    versionPattern: /Server (\d[\d.]*)/,
    accepts: '>=1.29.1 <2',
  }),
  go(
    'versitygw',
    'github.com/versity/versitygw',
    'cmd/versitygw',
    'v1.8.0',
    600,
    'S3 server over plain files',
    {
      version: ['--version'],
      versionPattern: /^Version\s*:\s*v?(\d[\d.]*)/m,
      accepts: '>=1.8.0 <2',
    },
  ),

  postgres('postgres', 'PostgreSQL server'),
  postgres('initdb', 'makes a PostgreSQL data folder'),

  python(
    'ascmhl',
    '../../../bin/ascmhl',
    'demo',
    '=1.2',
    'reference ASC MHL tool: makes input that is not our own',
    {
      version: 'ascmhl',
    },
  ),
  python(
    'ascmhl-debug',
    '../../../bin/ascmhl-debug',
    'demo',
    '=1.2',
    'reference ASC MHL tool: verifies our output',
    {
      version: 'ascmhl',
    },
  ),
  debian('exrinfo', 'openexr', 'test', '>=3.1 <4', 'reads EXR headers by the reference library', {
    version: 'package',
  }),
  debian('xxhsum', 'xxhash', 'test', '>=0.8 <0.9', 'second opinion on xxh64, xxh3 and xxh128', {
    version: ['--version'],
  }),
  debian('xmllint', 'libxml2-utils', 'test', 'any', 'validates XML against schemas', { version: 'package' }),
  debian('chromium', 'chromium', 'test', '>=120', 'drives the web pages in tests', {
    version: ['--version'],
  }),
  python(
    'python',
    '../../../bin/python3',
    'test',
    '>=3.11 <3.15',
    'OpenTimelineIO and pycmx: second readers of cut lists',
    {
      version: ['--version'],
    },
  ),
];

/** Debian packages that bring no program: letters for burn-ins and for chromium's pages. A package counts when `file` exists. */
export const DEBIAN_FILES = [
  {
    name: 'fonts-dejavu-core',
    package: 'fonts-dejavu-core',
    for: 'worker',
    file: '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf',
    why: 'letters of burn-ins, and on web pages in tests',
  },
];

/** Purposes in order: each needs the tools of those before it. */
const PURPOSES = ['worker', 'run', 'demo', 'test'];

/** True when a tool marked `toolFor` is needed for the purpose; an unknown purpose throws. */
export function isNeededFor(toolFor, purpose) {
  const rank = PURPOSES.indexOf(purpose === 'bench' ? 'demo' : purpose);
  if (rank < 0) throw new Error(`Purpose "${purpose}" is not one of worker, run, demo, test, bench.`);
  return PURPOSES.indexOf(toolFor) <= rank;
}

/** The rows of the table that a purpose needs. */
export function toolsFor(purpose, table = TOOLS) {
  return table.filter((row) => isNeededFor(row.for, purpose));
}

function debian(name, packageName, purpose, accepts, why, more) {
  return {
    name,
    for: purpose,
    accepts,
    why,
    from: { kind: 'debian', package: packageName },
    look: 'path',
    ...more,
  };
}

function python(name, inSitePackages, purpose, accepts, why, more) {
  return {
    name,
    for: purpose,
    accepts,
    why,
    from: { kind: 'python', file: inSitePackages },
    look: 'own',
    ...more,
  };
}

/** `packages`: how many Go compiles where nothing of them is cached, a bound for telling how far a build is. */
function go(name, module, command, version, packages, why, more) {
  const from = { kind: 'go', module, command, version, packages };
  return { name, for: 'run', why, from, look: 'path', ...more };
}

function native(name, purpose, accepts, why) {
  const from = { kind: 'native', digest: sourceDigest(name) };
  return { name, for: purpose, accepts, why, from, look: 'own', version: ['--version'] };
}

function postgres(name, why) {
  return {
    name,
    for: 'run',
    accepts: '>=18 <19',
    why,
    from: { kind: 'postgres' },
    look: 'own',
    version: ['--version'],
  };
}
