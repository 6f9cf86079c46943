import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { countSheet, countSheetCsv } from '../pipeline/conform/count-sheet.ts';
import { countSheetPage } from '../pipeline/conform/count-sheet-page.ts';
import { readAmfSource } from '../pipeline/delivery/amf-source.ts';
import { readRecipe } from '../pipeline/delivery/recipes.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { AmfBundle, TurnoverSubmission } from '../schemas/turnover.ts';
import { connectRushes, type RushesClient } from '../service/client.ts';
import { withInstallation } from '../service/installation.ts';
import { turnoverWorkflowId } from '../workflows/ids.ts';
import { isRefusal } from '../workflows/refusal.ts';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { verdictCode } from './findings.ts';
import { isRecipeFile, readRecipeFile } from './recipe-file.ts';
import { printRefusal } from './refusal.ts';
import { printPlan, printStatus } from './turnover-text.ts';

const USAGE =
  'rushes turnover plan|submit|status|decide|retry|cancel FILE…|ID --production P --recipe NAME|FILE.json [--name N] [--revision N] [--handles N] [--first-number N] [--number-at handle-start|cut-in] [--shot-template T] [--fps R] [--amf F]… [--fdl F] [--look F.cc|F.ccc|F.cdl]… [--reference STILL|MOVIE|DIR]… [--site S] [--priority 1-5] [--deadline T] [--event N --clip ID --who NAME] [--csv FILE] [--html FILE [--no-thumbnails]] [--no-wait] [--json]';
const FLAGS = {
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
/** The forecast is for this machine's cores, where the local stack renders. */
const RENDER_CORES = availableParallelism();

type Parsed = ReturnType<typeof readArguments<typeof FLAGS>>;
/** `what` is the id, or the first list; `parsed.words` has the act and all lists. */
type Act = (parsed: Parsed, what: string, context: CommandContext) => Promise<number>;

const ACTS: Record<string, Act> = { plan, submit, status, decide, retry, cancel };

/** `rushes turnover …`: sends a cut list to be made, and follows it. */
export const turnover: Command = async (args, context) => {
  const parsed = readArguments(args, FLAGS, USAGE);
  const act = ACTS[neededWord(parsed.words, 0, 'act', USAGE)];
  if (act === undefined)
    throw new PipelineError(
      'input-invalid',
      `«${parsed.words[0]}» is not an act of turnover. Usage: ${USAGE}`,
    );
  return act(parsed, neededWord(parsed.words, 1, 'file or id', USAGE), context);
};

/** The lists are the layers of one sequence, from the lowest up. */
async function submission({ flags, words }: Parsed): Promise<TurnoverSubmission> {
  const lists = words.slice(1).map((file) => ({ path: path.resolve(file) }));
  const text = async (from: string | undefined) => (from === undefined ? undefined : readText(from));
  const revision = wholeNumber(flags.revision, 'revision');
  const handles = wholeNumber(flags.handles, 'handles');
  const priority = wholeNumber(flags.priority, 'priority');
  const fdl = await text(flags.fdl);
  const amfs = await Promise.all((flags.amf ?? []).map(readAmfBundle));
  const amf = amfs.length > 1 ? amfs : amfs[0];
  const looks = await Promise.all(
    (flags.look ?? []).map(async (look) => ({ fileName: path.basename(look), text: await readText(look) })),
  );
  const recipe = flags.recipe === undefined ? undefined : await recipeNamed(flags.recipe);
  return {
    production: neededFlag(flags.production, 'production', USAGE),
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
    ...(flags.site === undefined ? {} : { site: flags.site }),
    ...(priority === undefined ? {} : { priority }),
    ...(flags.deadline === undefined ? {} : { deadline: flags.deadline }),
  };
}

function numbering(flags: Parsed['flags']): Pick<TurnoverSubmission, 'numbering'> {
  const first = wholeNumber(flags['first-number'], 'first-number');
  const at = flags['number-at'];
  if (at !== undefined && at !== 'handle-start' && at !== 'cut-in')
    throw new PipelineError('input-invalid', `--number-at takes handle-start or cut-in, not «${at}».`, {
      at,
    });
  if (first === undefined && at === undefined) return {};
  return { numbering: { ...(first === undefined ? {} : { first }), ...(at === undefined ? {} : { at }) } };
}

async function plan(parsed: Parsed, _file: string, context: CommandContext): Promise<number> {
  const request = await submission(parsed);
  return withInstallation(context.configuration(), context.tools(), async ({ planOnly }) => {
    const planned = await planOnly(request, RENDER_CORES);
    if (isRefusal(planned)) return printRefusal(planned, context.io);
    const { plan: plates, delta, forecast, thumbnails } = planned;
    const sheet = countSheet(plates, forecast);
    if (parsed.flags.csv !== undefined) await writeFile(parsed.flags.csv, countSheetCsv(sheet));
    if (parsed.flags.html !== undefined) {
      const told = (done: number) => context.io.stderr(`picture ${done} of ${plates.plates.length}\n`);
      const pictures = parsed.flags['no-thumbnails'] ? new Map() : await thumbnails(context.signal, told);
      await writeFile(parsed.flags.html, countSheetPage(sheet, pictures, plates.findings));
    }
    if (parsed.flags.json) printJson(context.io, { ...plates, forecast, delta });
    else printPlan(plates, forecast, delta, context.io);
    return plates.findings.some((finding) => finding.severity === 'error') ? verdictCode(plates.findings) : 0;
  });
}

async function submit(parsed: Parsed, _file: string, context: CommandContext): Promise<number> {
  const request = await submission(parsed);
  return withClient(context, async (rushes) => {
    const started = await rushes.submitTurnover(request);
    context.io.stderr(`submitted as ${started.workflowId}\n`);
    if (parsed.flags['no-wait']) {
      if (parsed.flags.json)
        printJson(context.io, { version: 1, kind: 'started', workflowId: started.workflowId });
      return 0;
    }
    const outcome = await rushes.firstOutcome(started);
    if (parsed.flags.json) printJson(context.io, outcome);
    if (isRefusal(outcome)) return printRefusal(outcome, context.io);
    const { plates, frames } = outcome;
    context.io.stderr(
      `${outcome.turnover} is ${outcome.state}: ${plates.made} plates made, ${plates.failed} failed; ${frames.made} frames rendered, ${frames.reused} reused\n`,
    );
    return outcome.state === 'published' ? 0 : 10;
  });
}

async function status(parsed: Parsed, id: string, context: CommandContext): Promise<number> {
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const found = await deps.catalogue.statusOf(id);
    if (found === null)
      throw new PipelineError(
        'not-found',
        `There is no turnover ${id}: an id is <production>/<name>/<revision>.`,
        { id },
      );
    if (parsed.flags.json) printJson(context.io, found);
    else printStatus(found, context.io);
    return found.findings.some((finding) => finding.severity === 'error') ? verdictCode(found.findings) : 0;
  });
}

async function decide(parsed: Parsed, id: string, context: CommandContext): Promise<number> {
  const eventIndex = wholeNumber(neededFlag(parsed.flags.event, 'event', USAGE), 'event') as number;
  const clipId = neededFlag(parsed.flags.clip, 'clip', USAGE);
  const who = parsed.flags.who ?? context.env.USER ?? 'unknown';
  return withClient(context, async (rushes) => {
    const recorded = await rushes.decide(workflowOf(id), { eventIndex, clipId, who });
    if (parsed.flags.json)
      printJson(context.io, {
        version: 1,
        kind: 'decision',
        turnover: id,
        eventIndex,
        clipId,
        who,
        recorded,
      });
    else context.io.stderr(`${recorded}\n`);
    return 0;
  });
}

async function retry(_parsed: Parsed, id: string, context: CommandContext): Promise<number> {
  return withClient(context, async (rushes) => {
    await rushes.lookAgain(workflowOf(id), 'retry');
    context.io.stderr(`${id} plans again and makes what was not made\n`);
    return 0;
  });
}

async function cancel(_parsed: Parsed, id: string, context: CommandContext): Promise<number> {
  return withClient(context, async (rushes) => {
    await rushes.cancel(workflowOf(id));
    context.io.stderr(`${id} is told to stop\n`);
    return 0;
  });
}

function workflowOf(id: string): string {
  const [production, name, revision, ...rest] = id.split('/');
  if (production === undefined || name === undefined || !/^\d+$/.test(revision ?? '') || rest.length > 0) {
    throw new PipelineError(
      'input-invalid',
      `«${id}» is not the id of a turnover: <production>/<name>/<revision>.`,
      { id },
    );
  }
  return turnoverWorkflowId({ production, name, revision: Number(revision) });
}

async function withClient<T>(context: CommandContext, act: (rushes: RushesClient) => Promise<T>): Promise<T> {
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    return await act(rushes);
  } finally {
    await rushes.close();
  }
}

/** A shipped recipe by its name, or one's own by its file; checked here, so that its faults are told at once. */
async function recipeNamed(word: string): Promise<NonNullable<TurnoverSubmission['recipe']>> {
  return isRecipeFile(word) ? readRecipe(await readRecipeFile(word)) : word;
}

/** An AMF with the files it names, which lie beside it. */
async function readAmfBundle(file: string): Promise<AmfBundle> {
  const folder = path.dirname(path.resolve(file));
  const { text, files } = await readAmfSource(await readText(file), path.basename(file), {
    read: (relative) => readFile(path.join(folder, relative)).catch(() => null),
  });
  return {
    name: path.basename(file),
    text,
    files: Object.fromEntries(files.map((one) => [one.path, one.text])),
  };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new PipelineError('not-found', `The file ${file} cannot be read.`, { file }, { cause });
  }
}
