import { accessSync, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { goProgram } from './install/go.mjs';
import { postgresHome } from './install/postgres.mjs';
import { packageVersion, sitePackages } from './install/python.mjs';
import { nativeProgram } from './native-programs.mjs';
import { runProgram } from './run-program.mjs';
import { firstVersion, fits } from './versions.mjs';

/**
 * Looks for a tool in the place set-up puts it and, where the table allows, on PATH; the first whose version is accepted
 * counts. Gives `{ path, version, ok, rejected }`; `rejected` says in words what was found and not taken.
 */
export async function findTool(tool, cache, env = process.env) {
  const rejected = [];
  for (const path of candidatePaths(tool, cache, env)) {
    const { version, missingFeature } = await askVersion(tool, path, cache);
    if (!fits(version, tool.accepts)) rejected.push(`${path} is ${version ?? 'of unknown version'}`);
    else if (missingFeature) rejected.push(`${path} was built without ${missingFeature}`);
    else return { path, version: version ?? 'unknown', ok: true, rejected };
  }
  return { path: null, version: null, ok: false, rejected };
}

/** Looks for many tools at once; a map by name. */
export async function findTools(tools, cache) {
  return new Map(await Promise.all(tools.map(async (tool) => [tool.name, await findTool(tool, cache)])));
}

function candidatePaths(tool, cache, env) {
  const own = ownPath(tool, cache);
  const paths = own ? [own] : [];
  if (tool.look === 'path') {
    for (const dir of (env.PATH ?? '').split(delimiter)) if (dir) paths.push(join(dir, tool.name));
  }
  return [...new Set(paths)].filter(isExecutable);
}

/** Where set-up puts a tool for this checkout, there or not; null for one that the distribution installs. */
export function ownPath(tool, cache) {
  if (tool.from.kind === 'go') return goProgram(cache, tool.name);
  if (tool.from.kind === 'native') return nativeProgram(tool.name, cache);
  if (tool.from.kind === 'python') {
    const dir = sitePackages(cache);
    return dir && join(dir, tool.from.file);
  }
  if (tool.from.kind === 'postgres') {
    const home = postgresHome(cache);
    return home && join(home, 'bin', tool.name);
  }
  return null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program answers at once; on a machine that is busy, or reads it from a slow disk for the first time, it may take a minute. */
const ANSWER_MS = 120_000;

async function askVersion(tool, path, cache) {
  if (tool.from.kind === 'python' && typeof tool.version === 'string') {
    return { version: packageVersion(cache, tool.version) };
  }
  if (tool.version === 'package') return { version: await debianVersion(path) };
  const answer = await runProgram(path, tool.version, { timeoutMs: ANSWER_MS });
  const text = `${answer.stdout}\n${answer.stderr}`;
  if (answer.code !== 0) return { version: null };
  const own = tool.versionPattern ? (tool.versionPattern.exec(text)?.[1] ?? null) : firstVersion(text);
  const version = own ?? (tool.from.kind === 'go' ? goModuleVersion(path, tool.from.module) : null);
  return { version, missingFeature: tool.builtWith?.find((feature) => !text.includes(feature)) };
}

/** Asks dpkg for the version of the package that owns the file; null for a file that no package owns. */
async function debianVersion(path) {
  const owner = await runProgram('dpkg-query', ['-S', realpathSync(path)]);
  const packageName = owner.code === 0 ? owner.stdout.split(':')[0] : null;
  if (!packageName) return null;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg's, not ours.
  const answer = await runProgram('dpkg-query', ['-W', '-f', '${Version}', packageName]);
  // `7:5.1.9-0+deb12u1` has an epoch in front that is not the program's own number.
  return answer.code === 0 ? firstVersion(answer.stdout.replace(/^\d+:/, '')) : null;
}

/** Version of a Go program from the build information every Go binary carries as text, for those whose own answer is "git". */
function goModuleVersion(path, module) {
  const file = openSync(path, 'r');
  const marker = `mod\t${module}\tv`;
  const chunk = Buffer.alloc(4 << 20);
  try {
    let carry = '';
    for (;;) {
      const bytes = readSync(file, chunk, 0, chunk.length, null);
      if (bytes === 0) return null;
      const text = carry + chunk.latin1Slice(0, bytes);
      const at = text.indexOf(marker);
      if (at >= 0 && text.length > at + marker.length + 40)
        return firstVersion(text.slice(at + marker.length, at + marker.length + 40));
      carry = text.slice(-(marker.length + 60));
    }
  } finally {
    closeSync(file);
  }
}
