import path from 'node:path';
import { ScheduleNotFoundError } from '@temporalio/client';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { createWindow, listWindows } from '../service/schedules.ts';
import { inboxKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import { type Arguments, neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { bytesOf } from './read-file.ts';
import { withClient } from './with-client.ts';

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
  if (act === 'put') {
    const file = neededWord(words, 1, 'file', USAGE);
    return putIntoInbox(file, neededFlag(flags.production, 'production', USAGE), context);
  }
  return withClient(context, async ({ temporal }) => {
    if (act === 'list') {
      const windows = await listWindows(temporal);
      if (flags.json) printJson(context.io, { version: 1, kind: 'windows', windows });
      else
        for (const one of windows)
          context.io.stderr(`${one.id}  ${one.paused ? 'paused' : `next ${one.next}`}  ${one.note}\n`);
      return 0;
    }
    const id = neededWord(words, 1, 'id', USAGE);
    const handle = temporal.schedule.getHandle(id);
    const acts: Record<string, () => Promise<string>> = {
      create: () => createWindow(temporal, windowOf(id, flags)),
      pause: () => handle.pause('paused from the command line').then(() => 'paused'),
      resume: () => handle.unpause('resumed from the command line').then(() => 'resumed'),
      open: () => handle.trigger().then(() => 'opened'),
      delete: () => handle.delete().then(() => 'deleted'),
    };
    const run = Object.hasOwn(acts, act) ? acts[act] : undefined;
    if (run === undefined)
      throw new PipelineError('input-invalid', `«${act}» is not an act of schedule. Usage: ${USAGE}`);
    const done = await run().catch((error: unknown) => inWords(error, id));
    if (flags.json) printJson(context.io, { version: 1, kind: 'window', id, done });
    else context.io.stderr(`${id} ${done}\n`);
    return 0;
  });
};

/** A window as the flags describe it. @throws PipelineError input-invalid */
function windowOf(id: string, flags: Arguments<typeof FLAGS>['flags']): Parameters<typeof createWindow>[1] {
  const priority = wholeNumber(flags.priority, 'priority');
  return {
    id,
    calendar: neededFlag(flags.cron, 'cron', USAGE),
    ...(flags.timezone === undefined ? {} : { timezone: flags.timezone }),
    input: {
      production: neededFlag(flags.production, 'production', USAGE),
      ...(flags.recipe === undefined ? {} : { recipe: flags.recipe }),
      ...(priority === undefined ? {} : { priority }),
    },
  };
}

function putIntoInbox(file: string, production: string, context: CommandContext): Promise<number> {
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    await layDown(deps.store, inboxKey(production, path.basename(file)), file);
    context.io.stderr(`${file} waits in the inbox of ${production}\n`);
    return 0;
  });
}

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
