import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { countSheet, countSheetCsv } from '../pipeline/conform/count-sheet.ts';
import { countSheetPage } from '../pipeline/conform/count-sheet-page.ts';
import { PipelineError } from '../schemas/failure.ts';
import { withInstallation } from '../service/installation.ts';
import { turnoverWorkflowId } from '../workflows/ids.ts';
import { isRefusal } from '../workflows/refusal.ts';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, type CommandContext, printJson } from './context.ts';
import { verdictCode } from './findings.ts';
import { turnoverParts } from './ids.ts';
import { printRefusal } from './refusal.ts';
import {
  readSubmission,
  TURNOVER_FLAGS,
  TURNOVER_USAGE,
  type TurnoverArguments,
} from './turnover-submission.ts';
import { printPlan, printStatus } from './turnover-text.ts';
import { withClient } from './with-client.ts';

/** The forecast is for this machine's cores, where the local stack renders. */
const RENDER_CORES = availableParallelism();

/** `what` is the id, or the first list; `parsed.words` has the act and all lists. */
type Act = (parsed: TurnoverArguments, what: string, context: CommandContext) => Promise<number>;

const ACTS: Record<string, Act> = { plan, submit, status, decide, retry, cancel };

/** `rushes turnover …`: sends a cut list to be made, and follows it. */
export const turnover: Command = async (args, context) => {
  const parsed = readArguments(args, TURNOVER_FLAGS, TURNOVER_USAGE);
  const act = ACTS[neededWord(parsed.words, 0, 'act', TURNOVER_USAGE)];
  if (act === undefined)
    throw new PipelineError(
      'input-invalid',
      `«${parsed.words[0]}» is not an act of turnover. Usage: ${TURNOVER_USAGE}`,
    );
  return act(parsed, neededWord(parsed.words, 1, 'file or id', TURNOVER_USAGE), context);
};

async function plan(parsed: TurnoverArguments, _file: string, context: CommandContext): Promise<number> {
  const request = await readSubmission(parsed);
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

async function submit(parsed: TurnoverArguments, _file: string, context: CommandContext): Promise<number> {
  const request = await readSubmission(parsed);
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

async function status(parsed: TurnoverArguments, id: string, context: CommandContext): Promise<number> {
  turnoverParts(id, 'turnover');
  return withInstallation(context.configuration(), context.tools(), async ({ deps }) => {
    const found = await deps.catalogue.statusOf(id);
    if (found === null) throw new PipelineError('not-found', `There is no turnover ${id}.`, { id });
    if (parsed.flags.json) printJson(context.io, found);
    else printStatus(found, context.io);
    return found.findings.some((finding) => finding.severity === 'error') ? verdictCode(found.findings) : 0;
  });
}

async function decide(parsed: TurnoverArguments, id: string, context: CommandContext): Promise<number> {
  const eventIndex = wholeNumber(neededFlag(parsed.flags.event, 'event', TURNOVER_USAGE), 'event') as number;
  const clipId = neededFlag(parsed.flags.clip, 'clip', TURNOVER_USAGE);
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

async function retry(_parsed: TurnoverArguments, id: string, context: CommandContext): Promise<number> {
  return withClient(context, async (rushes) => {
    await rushes.lookAgain(workflowOf(id), 'retry');
    context.io.stderr(`${id} plans again and makes what was not made\n`);
    return 0;
  });
}

async function cancel(_parsed: TurnoverArguments, id: string, context: CommandContext): Promise<number> {
  return withClient(context, async (rushes) => {
    await rushes.cancel(workflowOf(id));
    context.io.stderr(`${id} is told to stop\n`);
    return 0;
  });
}

function workflowOf(id: string): string {
  return turnoverWorkflowId(turnoverParts(id, 'turnover'));
}
