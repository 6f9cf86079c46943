import { availableParallelism } from 'node:os';
import type { Context } from 'hono';
import type { z } from 'zod';
import { currentPackage } from '../../activities/package-location.ts';
import { soundOf } from '../../pipeline/inspection/sound-under-clip.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { TurnoverPlan } from '../../schemas/turnover.ts';
import { searchClips } from '../../stores/catalogue/search/search-clips.ts';
import { turnoverWorkflowId } from '../../workflows/ids.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import type { RushesClient } from '../client.ts';
import type { Configuration } from '../configuration.ts';
import type { Installation } from '../installation.ts';
import { createWindow, listWindows } from '../schedules.ts';
import { teach } from '../teach.ts';
import { ROUTES } from './routes.ts';

/** What the operations work on. */
export type Parts = {
  installation: Installation;
  rushes: RushesClient;
  temporal: Configuration['temporal'];
};

type Operation = (context: Context, parts: Parts) => Promise<unknown>;

/** The forecast of a plan is for this machine's cores, as on the command line. */
const RENDER_CORES = availableParallelism();

/** What each route of the table answers with. */
export const OPERATIONS: Record<keyof typeof ROUTES, Operation> = {
  ingest: async (context, { rushes }) =>
    started(await rushes.ingestRoll(await body(context, ROUTES.ingest.body))),
  verify: async (context, { rushes }) =>
    started(await rushes.verifyRoll(await body(context, ROUTES.verify.body))),
  transfer: async (context, { rushes }) =>
    started(await rushes.transferRoll(await body(context, ROUTES.transfer.body))),
  submit: async (context, { rushes }) =>
    started(await rushes.submitTurnover(await body(context, ROUTES.submit.body))),
  rolls: async (context, { installation }) => ({
    rolls: await installation.deps.catalogue.listRolls(
      given({ production: context.req.query('production'), shootDay: context.req.query('shootDay') }),
    ),
  }),
  roll: async (context, { installation }) => {
    const { production, shootDay, roll } = context.req.param();
    const id = `${production}/${shootDay}/${roll}`;
    return found((await installation.deps.catalogue.getRoll(id))?.report, `roll ${id}`);
  },
  clips: (context, { installation }) => {
    const limit = context.req.query('limit');
    const options = given({ production: context.req.query('production'), after: context.req.query('after') });
    return searchClips(installation.deps.catalogue.db, context.req.query('q') ?? '', {
      ...options,
      ...(limit === undefined ? {} : { limit: Number(limit) || 50 }),
    });
  },
  clip: async (context, { installation }) => {
    const id = context.req.param('clipId') ?? '';
    const { catalogue } = installation.deps;
    const known = found(await catalogue.getClip(id), `clip ${id}`);
    return { ...known, sound: soundOf(known, await catalogue.soundOfDay(known.production, known.shootDay)) };
  },
  formats: async (context, { installation }) => ({
    formats: await installation.deps.catalogue.listCameraFormats(context.req.param('production') ?? ''),
  }),
  teach: async (context, { installation, temporal }) => {
    const { production = '', formatId = '' } = context.req.param();
    const { attributes, who } = await body(context, ROUTES.teach.body);
    const known = await installation.deps.catalogue.listCameraFormats(production);
    found(
      known.find((format) => format.formatId === formatId),
      `camera format ${formatId} in ${production}`,
    );
    const rule = {
      version: 1,
      kind: 'learned-rule',
      production,
      formatId,
      attributes,
      who,
      at: new Date().toISOString(),
    } as const;
    return { ...rule, told: await teach(installation, rule, temporal) };
  },
  turnovers: async (context, { installation }) => ({
    turnovers: await installation.deps.catalogue.listTurnovers(context.req.param('production') ?? ''),
  }),
  planOnly: async (context, { installation }) => {
    const planned = await installation.planOnly(await body(context, ROUTES.planOnly.body), RENDER_CORES);
    if (isRefusal(planned)) throw new PipelineError(planned.refused.code, planned.refused.sentence);
    return { ...planned.plan, forecast: planned.forecast, delta: planned.delta };
  },
  status: async (context, { installation }) =>
    found(await installation.deps.catalogue.statusOf(turnoverOf(context)), `turnover ${turnoverOf(context)}`),
  plan: async (context, { installation }) => {
    const { catalogue, facts } = installation.deps;
    const known = found(await catalogue.getTurnover(turnoverOf(context)), `turnover ${turnoverOf(context)}`);
    return facts.get(found(known.planKey, `plan of ${turnoverOf(context)} yet`), TurnoverPlan);
  },
  decide: async (context, { rushes }) => {
    const decision = await body(context, ROUTES.decide.body);
    return { recorded: await rushes.decide(workflowOf(context), decision) };
  },
  retry: async (context, { rushes }) => {
    await rushes.lookAgain(workflowOf(context), 'retry');
    return { turnover: turnoverOf(context), told: 'to plan again and make what was not made' };
  },
  cancel: async (context, { rushes }) => {
    await rushes.cancel(workflowOf(context));
    return { turnover: turnoverOf(context), told: 'to stop' };
  },
  package: async (context, { installation }) => {
    const { production = '', name = '', revision } = context.req.param();
    const named = { production, turnover: name, version: Number(revision) };
    return (await currentPackage(installation.deps, named)).manifest;
  },
  windows: async (_context, { rushes }) => ({ windows: await listWindows(rushes.temporal) }),
  createWindow: async (context, { rushes }) => {
    const { id, cron, timezone, production, recipe, priority } = await body(
      context,
      ROUTES.createWindow.body,
    );
    const window = {
      id,
      calendar: cron,
      ...(timezone === undefined ? {} : { timezone }),
      input: {
        production,
        ...(recipe === undefined ? {} : { recipe }),
        ...(priority === undefined ? {} : { priority }),
      },
    };
    return { id, done: await createWindow(rushes.temporal, window) };
  },
};

/** `<production>/<name>/<revision>` of the path. @throws PipelineError input-invalid */
function turnoverOf(context: Context): string {
  const { production, name, revision = '' } = context.req.param();
  const id = `${production}/${name}/${revision}`;
  if (!/^[1-9]\d*$/.test(revision))
    throw new PipelineError(
      'input-invalid',
      `«${id}» is not the id of a turnover: <production>/<name>/<revision>.`,
      { id },
    );
  return id;
}

function workflowOf(context: Context): string {
  const [production = '', name = '', revision] = turnoverOf(context).split('/');
  return turnoverWorkflowId({ production, name, revision: Number(revision) });
}

function started({ workflowId }: { workflowId: string }): unknown {
  return { version: 1, kind: 'started', workflowId };
}

async function body<S extends z.ZodType>(context: Context, schema: S): Promise<z.output<S>> {
  const parsed = schema.safeParse(await context.req.json().catch(() => null));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`,
  );
  throw new PipelineError('input-invalid', `The request is not of its form: ${faults.join('; ')}.`, {
    faults,
  });
}

/** The value, or a sentence that it is not there. @throws PipelineError not-found */
export function found<T>(value: T | null | undefined, what: string): T {
  if (value == null) throw new PipelineError('not-found', `There is no ${what}.`);
  return value;
}

function given<T extends Record<string, string | undefined>>(options: T): { [K in keyof T]?: string } {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== ''),
  ) as { [K in keyof T]?: string };
}
