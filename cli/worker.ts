import { flushCompileCache } from 'node:module';
import { PipelineError } from '../schemas/failure.ts';
import { configurationAt } from '../service/sites.ts';
import { runWorker } from '../service/worker.ts';
import { POOLS, type Pool } from '../workflows/queues.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import type { Command } from './context.ts';

const USAGE = 'rushes worker [--site S] [--pools control,io,media,render] [--slots N] [--once]';
const FLAGS = {
  site: { type: 'string' },
  pools: { type: 'string' },
  slots: { type: 'string' },
  once: { type: 'boolean' },
} as const;

/** `rushes worker`: serves pools of a site until told to stop; with `--once` does one activity and ends. */
export const worker: Command = async (args, context) => {
  const { flags } = readArguments(args, FLAGS, USAGE);
  const read = context.configuration();
  const configuration = flags.site === undefined ? read : configurationAt(read, flags.site);
  const slots = wholeNumber(flags.slots, 'slots');
  const pools = readPools(flags.pools ?? POOLS.join(','));
  await runWorker({
    configuration: {
      ...configuration,
      ...(slots === undefined ? {} : { renderSlots: slots }),
    },
    tools: context.tools(),
    pools,
    once: flags.once ?? false,
    signal: context.signal,
    ready: () => {
      // A worker ends by being killed as often as not: what it compiled is kept now, or never.
      flushCompileCache();
      context.io.stderr(`serving ${pools.join(', ')} of ${configuration.site} as process ${process.pid}\n`);
    },
  });
  return 0;
};

function readPools(text: string): Pool[] {
  return text.split(',').map((name) => {
    const pool = POOLS.find((known) => known === name.trim());
    if (pool === undefined)
      throw new PipelineError('input-invalid', `«${name}» is not a pool: ${POOLS.join(', ')}.`, { name });
    return pool;
  });
}
