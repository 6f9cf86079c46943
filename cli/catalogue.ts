import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { rebuildCatalogue } from '../stores/catalogue/rebuild.ts';
import { readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';

const USAGE = 'rushes catalogue rebuild [--json]';

/** `rushes catalogue rebuild`: empties the catalogue and fills it again from the facts in the object store. */
export const catalogue: Command = async (args, context) => {
  const { flags, words } = readArguments(args, { json: { type: 'boolean' } }, USAGE);
  if (words.length !== 1 || words[0] !== 'rebuild')
    throw new PipelineError('input-invalid', `Usage: ${USAGE}`, { words });
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    await deps.catalogue.migrate();
    let told = 0;
    const rebuilt = await rebuildCatalogue(deps.catalogue.db, deps.store, {
      signal: context.signal,
      progress: (done, all) => {
        if (done < all && Date.now() - told < 1000) return;
        told = Date.now();
        context.io.stderr(`${done} of ${all} facts applied\n`);
      },
    });
    if (flags.json) printJson(context.io, { version: 1, kind: 'catalogue-rebuilt', ...rebuilt });
    else
      context.io.stderr(
        `rebuilt: ${rebuilt.productions} productions, ${rebuilt.files} files, ${rebuilt.writes} writes\n`,
      );
    return 0;
  });
};
