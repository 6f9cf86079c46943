import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDir } from '../places.mjs';
import { mustRun, runProgram } from '../run-program.mjs';
import { firstVersion, fits } from '../versions.mjs';

/** What the go.mod of both pinned modules asks for. */
const ACCEPTED_GO = '>=1.25.0';

/** From here on Go fetches the newer tool chain that a module asks for by itself, where its settings allow it. */
const SELF_RENEWING_GO = '>=1.21';

/** Path of a program that set-up built from a Go module. */
export function goProgram(cache, name) {
  return join(cache, 'bin', name);
}

/** Builds one program from its pinned module into `<cache>/bin`; it appears there whole or not at all. */
export async function installGo(cache, tool, doing) {
  const { module, command, version } = tool.from;
  const go = await findGo();
  const target = goProgram(cache, tool.name);
  makeDir(join(cache, 'bin'));
  sweepCutOffBuilds(cache, tool.name);
  const building = mkdtempSync(join(cache, 'bin', `.${tool.name}-`));
  let packages = 0;
  doing('downloading modules');
  try {
    const env = { ...process.env, GOBIN: building, GOFLAGS: '', CGO_ENABLED: '0' };
    const args = ['install', '-v', '-ldflags', '-s -w', `${module}/${command}@${version}`];
    const onLine = (line) =>
      doing(
        line.startsWith('go: ')
          ? line.slice(4, 100)
          : `${++packages} of at most ${tool.from.packages} packages compiled`,
      );
    await mustRun(`Building ${tool.name} ${version}`, go, args, { env, onLine, cwd: building });
    renameSync(join(building, tool.name), target);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** What a killed set-up had started may still write for a moment into what is swept. */
const SWEEP = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 };

/** A build that was killed leaves its folder; only one set-up works in a cache, so it is nobody else's. */
function sweepCutOffBuilds(cache, name) {
  for (const entry of readdirSync(join(cache, 'bin'))) {
    if (entry.startsWith(`.${name}-`)) rmSync(join(cache, 'bin', entry), SWEEP);
  }
}

async function findGo() {
  const seen = [];
  for (const candidate of ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go']) {
    const answer = await runProgram(candidate, ['version']);
    if (answer.code !== 0) continue;
    const version = firstVersion(answer.stdout);
    if (fits(version, ACCEPTED_GO)) return candidate;
    if (fits(version, SELF_RENEWING_GO) && (await mayFetchToolchain(candidate))) return candidate;
    seen.push(`${candidate} is ${version}`);
  }
  const found = seen.length > 0 ? ` Found: ${seen.join(', ')}.` : '';
  throw new Error(
    `Go ${ACCEPTED_GO} is needed to build the Temporal and S3 servers.${found} Get it from https://go.dev/dl`,
  );
}

async function mayFetchToolchain(go) {
  const { stdout } = await runProgram(go, ['env', 'GOTOOLCHAIN']);
  return stdout.trim().startsWith('auto');
}
