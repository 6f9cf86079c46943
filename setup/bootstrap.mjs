import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { installPackages, nodeProgram, packagesAreInStep } from './node-packages.mjs';
import { cacheDir, checkoutDir } from './places.mjs';
import { Progress } from './progress.mjs';
import { countInstallSteps, ensureTools } from './tools.mjs';

/** What each command of package.json runs once everything is there: arguments of Node 24. */
const COMMANDS = {
  demo: { purpose: 'demo', program: ['cli/main.ts', 'demo'], says: 'the demo' },
  test: { purpose: 'test', program: ['node_modules/vitest/vitest.mjs', 'run'], says: 'the tests' },
  bench: { purpose: 'bench', program: ['test/bench/main.ts'], says: 'the measurements' },
  fuzz: { purpose: 'test', program: ['test/fuzz/main.ts'], says: 'damaging files' },
};

/** Sets up tools and runs nothing: for images and for a person who wants only that. */
const ONLY_TOOLS = 'tools';

const log = (line) => process.stderr.write(`${line}\n`);

async function main([name, ...args]) {
  const command = COMMANDS[name];
  if (!command && name !== ONLY_TOOLS) {
    log(`Say which: sh setup/run.sh ${Object.keys(COMMANDS).join(' | ')} | ${ONLY_TOOLS} worker`);
    return 2;
  }
  if (process.platform !== 'linux') {
    log(
      `Rushes runs on Linux (x64 or arm64); this is ${process.platform}. See docker/Dockerfile for a container.`,
    );
    return 21;
  }
  if (!command) {
    await ensureTools({ for: args[0] ?? 'run', log });
    return 0;
  }
  await setUp(command);
  return runWithNode(nodeProgram(), [...command.program, ...args]);
}

async function setUp({ purpose, says }) {
  const needsPackages = !packagesAreInStep();
  const toolSteps = await countInstallSteps({ for: purpose });
  const total = Number(needsPackages) + toolSteps + 1;
  const progress = new Progress(log, total);
  if (total > 1) log(`Setting up in ${cacheDir()} (once; later runs find everything there).`);
  // PostgreSQL's programs come out of node_modules, so npm goes first; the long builds run beside each other after it.
  if (needsPackages)
    await progress.step('Node packages of the lock file, Node 24 among them', installPackages);
  await ensureTools({ for: purpose, log, progress });
  log(
    `[${total}/${total}] Everything is there${total > 1 ? ` after ${progress.elapsed()}` : ''}: starting ${says}.`,
  );
}

/** Runs Node 24 in our place, its folder first on PATH, and ends as it ends. */
function runWithNode(node, args) {
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` };
  const program = join(checkoutDir, args[0]);
  if (!existsSync(program)) throw new Error(`${program} is not there.`);
  const child = spawn(node, [program, ...args.slice(1)], { cwd: checkoutDir, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    log(`Set-up could not finish:\n${error.message}`);
    process.exitCode = 21;
  },
);
