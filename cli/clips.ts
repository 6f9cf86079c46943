import { soundOf } from '../pipeline/inspection/sound-under-clip.ts';
import type { InspectedClip } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import type { Catalogue } from '../stores/catalogue/catalogue.ts';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { formAsked, printList } from './print-list.ts';

const USAGE =
  'rushes clips [QUERY] [--production P] [--limit N] [--after CURSOR] [--json | --ale | --csv | --tracker]   QUERY like: reel:A001 tc:10:01:05:00-10:02:00:00 camera:venice fps:24 "free text"';
const FLAGS = {
  production: { type: 'string' },
  limit: { type: 'string' },
  after: { type: 'string' },
  json: { type: 'boolean' },
  ale: { type: 'boolean' },
  csv: { type: 'boolean' },
  tracker: { type: 'boolean' },
} as const;

/** `rushes clips`: finds clips, and says of each why it matched. Exit 20 when none did. */
export const clips: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const limit = wholeNumber(flags.limit, 'limit');
  const form = formAsked(flags, USAGE);
  const query = words.map(quoted).join(' ');
  const page = {
    ...(flags.production === undefined ? {} : { production: flags.production }),
    ...(limit === undefined ? {} : { limit }),
    ...(flags.after === undefined ? {} : { after: flags.after }),
  };
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    if (form !== null) {
      const whole = await wholeClips(deps.catalogue, query, page);
      return whole.length === 0 ? 20 : printList(form, whole, context.io);
    }
    const found = await deps.catalogue.searchClips(query, page);
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

/** The records of all clips found, page after page; of one page where a limit was given. */
async function wholeClips(
  catalogue: Catalogue,
  query: string,
  page: { production?: string; limit?: number; after?: string },
): Promise<InspectedClip[]> {
  const clips: InspectedClip[] = [];
  let after = page.after;
  do {
    const found = await catalogue.searchClips(query, { ...page, ...(after === undefined ? {} : { after }) });
    for (const { clipId } of found.clips) {
      const known = await catalogue.getClip(clipId);
      if (known) clips.push(known);
    }
    after = found.next ?? undefined;
  } while (after !== undefined && page.limit === undefined);
  return clips;
}

/** The shell took the quotes off; words that were quoted belong together again. */
function quoted(word: string): string {
  // A whole query in one argument is left as it is.
  if (!/\s/.test(word) || word.includes('"') || /\s-?[A-Za-z]+:/.test(word)) return word;
  const key = /^(\w+):/.exec(word)?.[0] ?? '';
  return `${key}"${word.slice(key.length)}"`;
}

/** `rushes clip`: everything the catalogue knows of one clip, and which sound of its day runs under it. Exit 20 when it knows none. */
export const clip: Command = async (args, context) => {
  const usage = 'rushes clip ID [--json]';
  const { words } = readArguments(args, { json: { type: 'boolean' } }, usage);
  const id = neededWord(words, 0, 'clip', usage);
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const known = await deps.catalogue.getClip(id);
    if (known === null)
      throw new PipelineError('not-found', `There is no clip ${id}: \`rushes clips\` lists them.`, { id });
    const sounds = await deps.catalogue.soundOfDay(known.production, known.shootDay);
    printJson(context.io, { ...known, sound: soundOf(known, sounds) });
    return 0;
  });
};
