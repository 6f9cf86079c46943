import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readAmfSource } from '../pipeline/delivery/amf-source.ts';
import { PipelineError } from '../schemas/failure.ts';
import { SoundChoice } from '../schemas/sound.ts';
import type { AmfBundle, TurnoverSubmission } from '../schemas/turnover.ts';
import { neededFlag, type readArguments, wholeNumber } from './arguments.ts';
import { textOf } from './read-file.ts';
import { recipeOfFile } from './recipe-file.ts';

/** What `rushes turnover` answers to a wrong call. */
export const TURNOVER_USAGE =
  'rushes turnover plan|submit|status|decide|retry|cancel FILE…|ID --production P --recipe NAME|FILE.json [--name N] [--revision N] [--handles N] [--first-number N] [--number-at handle-start|cut-in] [--shot-template T] [--fps R] [--amf F]… [--fdl F] [--look F.cc|F.ccc|F.cdl]… [--reference STILL|MOVIE|DIR]… [--sound camera|sound-roll|both|none] [--site S] [--priority 1-5] [--deadline T] [--event N --clip ID --who NAME] [--csv FILE] [--html FILE [--no-thumbnails]] [--no-wait] [--json]';
/** What its acts take between them; only `plan` and `submit` take what belongs to a submission. */
export const TURNOVER_FLAGS = {
  production: { type: 'string' },
  recipe: { type: 'string' },
  name: { type: 'string' },
  revision: { type: 'string' },
  handles: { type: 'string' },
  'first-number': { type: 'string' },
  'number-at': { type: 'string' },
  'shot-template': { type: 'string' },
  fps: { type: 'string' },
  amf: { type: 'string', multiple: true },
  look: { type: 'string', multiple: true },
  reference: { type: 'string', multiple: true },
  fdl: { type: 'string' },
  sound: { type: 'string' },
  site: { type: 'string' },
  priority: { type: 'string' },
  deadline: { type: 'string' },
  event: { type: 'string' },
  clip: { type: 'string' },
  who: { type: 'string' },
  csv: { type: 'string' },
  html: { type: 'string' },
  'no-thumbnails': { type: 'boolean' },
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A call of `rushes turnover`, taken apart. */
export type TurnoverArguments = ReturnType<typeof readArguments<typeof TURNOVER_FLAGS>>;

/**
 * What is submitted, with every file read but the cut lists, which lie where the workers see them: layers of one sequence, from the lowest up.
 * @throws PipelineError input-invalid, not-found
 */
export async function readSubmission({ flags, words }: TurnoverArguments): Promise<TurnoverSubmission> {
  const lists = words.slice(1).map((file) => ({ path: path.resolve(file) }));
  const text = async (from: string | undefined) => (from === undefined ? undefined : textOf(from));
  const revision = wholeNumber(flags.revision, 'revision');
  const handles = wholeNumber(flags.handles, 'handles');
  const priority = wholeNumber(flags.priority, 'priority');
  const fdl = await text(flags.fdl);
  const amfs = await Promise.all((flags.amf ?? []).map(readAmfBundle));
  const amf = amfs.length > 1 ? amfs : amfs[0];
  const looks = await Promise.all(
    (flags.look ?? []).map(async (look) => ({ fileName: path.basename(look), text: await textOf(look) })),
  );
  const recipe =
    flags.recipe === undefined ? undefined : ((await recipeOfFile(flags.recipe)) ?? flags.recipe);
  return {
    production: neededFlag(flags.production, 'production', TURNOVER_USAGE),
    cutList: lists.length === 1 ? lists[0]! : lists,
    ...(recipe === undefined ? {} : { recipe }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(revision === undefined ? {} : { revision }),
    ...(handles === undefined ? {} : { handles }),
    ...numbering(flags),
    ...(flags['shot-template'] === undefined ? {} : { shotTemplate: flags['shot-template'] }),
    ...(flags.fps === undefined ? {} : { fps: flags.fps }),
    ...(amf === undefined ? {} : { amf }),
    ...(fdl === undefined ? {} : { fdl }),
    ...(looks.length === 0 ? {} : { looks }),
    ...(flags.reference === undefined
      ? {}
      : { references: flags.reference.map((reference) => path.resolve(reference)) }),
    ...soundChoice(flags.sound),
    ...(flags.site === undefined ? {} : { site: flags.site }),
    ...(priority === undefined ? {} : { priority }),
    ...(flags.deadline === undefined ? {} : { deadline: flags.deadline }),
  };
}

function soundChoice(word: string | undefined): Pick<TurnoverSubmission, 'sound'> {
  if (word === undefined) return {};
  const parsed = SoundChoice.safeParse(word);
  if (parsed.success) return { sound: parsed.data };
  throw new PipelineError(
    'input-invalid',
    `--sound takes ${SoundChoice.options.join(', ')}, not «${word}».`,
    {
      word,
    },
  );
}

function numbering(flags: TurnoverArguments['flags']): Pick<TurnoverSubmission, 'numbering'> {
  const first = wholeNumber(flags['first-number'], 'first-number');
  const at = flags['number-at'];
  if (at !== undefined && at !== 'handle-start' && at !== 'cut-in')
    throw new PipelineError('input-invalid', `--number-at takes handle-start or cut-in, not «${at}».`, {
      at,
    });
  if (first === undefined && at === undefined) return {};
  return { numbering: { ...(first === undefined ? {} : { first }), ...(at === undefined ? {} : { at }) } };
}

/** An AMF with the files it names, which lie beside it. */
async function readAmfBundle(file: string): Promise<AmfBundle> {
  const folder = path.dirname(path.resolve(file));
  const { text, files } = await readAmfSource(await textOf(file), path.basename(file), {
    read: (relative) => readFile(path.join(folder, relative)).catch(() => null),
  });
  return {
    name: path.basename(file),
    text,
    files: Object.fromEntries(files.map((one) => [one.path, one.text])),
  };
}
