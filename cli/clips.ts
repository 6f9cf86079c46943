import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { neededWord, readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';

/** `rushes clip`: everything the catalogue knows of one clip. Exit 20 when it knows none. */
export const clip: Command = async (args, context) => {
  const usage = 'rushes clip ID [--json]';
  const { words } = readArguments(args, { json: { type: 'boolean' } }, usage);
  const id = neededWord(words, 0, 'clip', usage);
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const known = await deps.catalogue.getClip(id);
    if (known === null)
      throw new PipelineError('not-found', `There is no clip ${id}: \`rushes clips\` lists them.`, { id });
    printJson(context.io, known);
    return 0;
  });
};
