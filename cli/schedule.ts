import path from 'node:path';
import { ScheduleNotFoundError } from '@temporalio/client';
import { PipelineError } from '../schemas/failure.ts';
import { connectRushes } from '../service/client.ts';
import { openInstallation } from '../service/installation.ts';
import { createWindow, listWindows } from '../service/schedules.ts';
import { inboxKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { bytesOf } from './read-file.ts';

const USAGE =
  'rushes schedule create ID --production P --cron "0 19 * * *" [--timezone T] [--recipe R] [--priority 1-5] | list | pause ID | resume ID | open ID | delete ID | put FILE --production P [--json]';
const FLAGS = {
  production: { type: 'string' },
  cron: { type: 'string' },
  timezone: { type: 'string' },
  recipe: { type: 'string' },
  priority: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `rushes schedule`: windows that take every cut list in a production's inbox; `put` lays a list into the inbox. */
export const schedule: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const act = neededWord(words, 0, 'act', USAGE);
  if (act === 'put')
    return putIntoInbox(
      neededWord(words, 1, 'file', USAGE),
      neededFlag(flags.production, 'production', USAGE),
    );
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    const { schedule: schedules } = rushes.temporal;
    if (act === 'list') {
      const windows = await listWindows(rushes.temporal);
      if (flags.json) printJson(context.io, { version: 1, kind: 'windows', windows });
      else
        for (const one of windows)
          context.io.stderr(`${one.id}  ${one.paused ? 'paused' : `next ${one.next}`}  ${one.note}\n`);
      return 0;
    }
    const id = neededWord(words, 1, 'id', USAGE);
    const handle = schedules.getHandle(id);
    const priority = wholeNumber(flags.priority, 'priority');
    const acts: Record<string, () => Promise<string>> = {
      create: () =>
        createWindow(rushes.temporal, {
          id,
          calendar: neededFlag(flags.cron, 'cron', USAGE),
          ...(flags.timezone === undefined ? {} : { timezone: flags.timezone }),
          input: {
            production: neededFlag(flags.production, 'production', USAGE),
            ...(flags.recipe === undefined ? {} : { recipe: flags.recipe }),
            ...(priority === undefined ? {} : { priority }),
          },
        }),
      pause: () => handle.pause('paused from the command line').then(() => 'paused'),
      resume: () => handle.unpause('resumed from the command line').then(() => 'resumed'),
      open: () => handle.trigger().then(() => 'opened'),
      delete: () => handle.delete().then(() => 'deleted'),
    };
    const run = acts[act];
    if (run === undefined)
      throw new PipelineError('input-invalid', `«${act}» is not an act of schedule. Usage: ${USAGE}`);
    const done = await run().catch((error: unknown) => inWords(error, id));
    if (flags.json) printJson(context.io, { version: 1, kind: 'window', id, done });
    else context.io.stderr(`${id} ${done}\n`);
    return 0;
  } finally {
    await rushes.close();
  }

  async function putIntoInbox(file: string, production: string): Promise<number> {
    const installation = await openInstallation(context.configuration(), context.tools());
    try {
      const { deps } = installation;
      const key = inboxKey(production, path.basename(file));
      await layDown(deps.store, key, file);
      context.io.stderr(`${file} waits in the inbox of ${production}\n`);
      return 0;
    } finally {
      await installation.close();
    }
  }
};

/** Never over a list that waits: somebody wants that one made. @throws PipelineError not-found, refused-by-rule */
async function layDown(store: ObjectStore, key: string, file: string): Promise<void> {
  const bytes = await bytesOf(file);
  try {
    await store.putWholeIfAbsent(store.bucket('work'), key, bytes);
  } catch (error) {
    if (!(error instanceof PipelineError && error.code === 'not-deterministic')) throw error;
    const sentence = `Another list named ${path.basename(file)} waits in the inbox: give this one a name of its own.`;
    throw new PipelineError('refused-by-rule', sentence, { key }, { cause: error });
  }
}

/** @throws PipelineError not-found; anything else as it came */
function inWords(error: unknown, id: string): never {
  if (error instanceof ScheduleNotFoundError)
    throw new PipelineError('not-found', `There is no window ${id}: \`rushes schedule list\` shows them.`, {
      id,
    });
  throw error;
}
