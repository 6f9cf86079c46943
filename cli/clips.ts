import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, printJson } from './context.ts';

const USAGE =
  'rushes clips [QUERY] [--production P] [--limit N] [--after CURSOR] [--json]   QUERY like: reel:A001 tc:10:01:05:00-10:02:00:00 camera:venice fps:24 "free text"';
const FLAGS = {
  production: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** `rushes clips`: finds clips, and says of each why it matched. Exit 20 when none did. */
export const clips: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const limit = wholeNumber(flags.limit, 'limit');
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const found = await deps.catalogue.searchClips(words.map(quoted).join(' '), {
      ...(flags.production === undefined ? {} : { production: flags.production }),
      ...(limit === undefined ? {} : { limit }),
      ...(flags.after === undefined ? {} : { after: flags.after }),
    });
    if (flags.json) printJson(context.io, found);
    else {
      for (const hit of found.clips) {
        const why = hit.why.map((reason) => `${reason.field} is ${reason.value}`).join('; ');
        context.io.stderr(
          `${hit.clipId}  ${hit.clipName}  ${hit.rollId}${why === '' ? '' : `  because ${why}`}\n`,
        );
      }
      if (found.next !== null) context.io.stderr(`more: --after ${found.next}\n`);
    }
    return found.clips.length === 0 ? 20 : 0;
  });
};

/** The shell took the quotes off; words that were quoted belong together again. */
function quoted(word: string): string {
  // A whole query in one argument is left as it is.
  if (!/\s/.test(word) || word.includes('"') || /\s-?[A-Za-z]+:/.test(word)) return word;
  const key = /^(\w+):/.exec(word)?.[0] ?? '';
  return `${key}"${word.slice(key.length)}"`;
}

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
