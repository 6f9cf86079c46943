import { loadConfiguration } from '../service/configuration.ts';
import { prepareStores } from '../service/dependencies.ts';
import { localStackDocument } from '../service/local-installation.ts';
import { checkoutDir } from '../setup/places.mjs';
import { codeRevision } from '../setup/revision.mjs';
import { startProgram, startStack, stopStack } from '../setup/stack.mjs';
import { ensureTools } from '../setup/tools.mjs';
import { readArguments } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';

/** Two render workers, so that a lost one is made good by the other; one more for everything else. */
const WORKERS = [
  { name: 'worker-control', pools: 'control,io,media', slots: undefined },
  { name: 'worker-render-1', pools: 'render', slots: '1' },
  { name: 'worker-render-2', pools: 'render', slots: '1' },
] as const;

/** `rushes up`: starts what does not run yet, and tells where it is. */
export const up: Command = async (args, context) => {
  const { flags } = readArguments(args, { json: { type: 'boolean' } }, 'rushes up [--json]');
  const started = await startLocal(context);
  if (flags.json) printJson(context.io, { version: 1, kind: 'local-stack', ...started });
  else
    context.io.stderr(
      `Temporal web UI  ${started.uiUrl}\nS3               ${started.objectStore}\nworkers          ${started.workers.join(', ')}\n`,
    );
  return 0;
};

/** `rushes down`: ends what `up` started; the data stays. */
export const down: Command = async (args, context) => {
  readArguments(args, {}, 'rushes down');
  await stopStack({ log: (line) => context.io.stderr(`${line}\n`) });
  return 0;
};

/** Starts the local stack and its workers, and prepares buckets and tables. */
export async function startLocal(
  context: CommandContext,
): Promise<{ uiUrl: string; objectStore: string; workers: string[] }> {
  const log = (line: string) => context.io.stderr(`${line}\n`);
  await ensureTools({ for: 'run', log });
  const stack = await startStack({ log });
  const configuration = loadConfiguration(context.env, localStackDocument);
  await prepareStores(configuration);
  const revision = codeRevision();
  const starts = WORKERS.map(({ name, pools, slots }) =>
    startProgram({
      name,
      revision,
      readyText: 'serving ',
      file: process.execPath,
      args: [
        // As `bin/rushes worker` has it.
        '--max-semi-space-size=4',
        `${checkoutDir}/cli/main.ts`,
        'worker',
        '--site',
        configuration.site,
        '--pools',
        pools,
        ...(slots === undefined ? [] : ['--slots', slots]),
      ],
      env: { ...context.env },
    }),
  );
  await Promise.all(starts);
  return {
    uiUrl: stack.temporal.uiUrl,
    objectStore: `http://${stack.objectStore.endPoint}:${stack.objectStore.port}`,
    workers: WORKERS.map(({ name }) => name),
  };
}
