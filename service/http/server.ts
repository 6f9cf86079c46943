import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { FAILURES, PipelineError } from '../../schemas/failure.ts';
import { TurnoverPlan } from '../../schemas/turnover.ts';
import { searchClips } from '../../stores/catalogue/search/search-clips.ts';
import { connectRushes, type RushesClient } from '../client.ts';
import type { Configuration } from '../configuration.ts';
import { type Installation, openInstallation } from '../installation.ts';
import { teach } from '../teach.ts';
import { page } from './page.ts';
import { openApi, ROUTES } from './routes.ts';

/** A listening server; `close` ends it and what it opened. */
export type HttpServer = { url: string; close: () => Promise<void> };

/** The largest request: a cut list travels in one. */
const LARGEST_BODY_BYTES = 64 * 2 ** 20;

/**
 * Serves the same operations as the command line under `/api`, their OpenAPI document, and a web page. It listens where it
 * is told and asks nobody who they are: put a proxy that does in front of it.
 * @throws PipelineError service-away
 */
export async function serveHttp(
  configuration: Configuration,
  tools: Record<string, string>,
  at: { host: string; port: number },
): Promise<HttpServer> {
  const installation = await openInstallation(configuration, tools);
  const rushes = await connectRushes(configuration.temporal);
  const app = application({ installation, rushes, temporal: configuration.temporal });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port }, (info) => {
      resolve({
        url: `http://${at.host}:${info.port}`,
        close: async () => {
          await new Promise((done) => server.close(done));
          await rushes.close();
          await installation.close();
        },
      });
    });
  });
}

type Parts = { installation: Installation; rushes: RushesClient; temporal: Configuration['temporal'] };

function application({ installation, rushes, temporal }: Parts): Hono {
  const { deps } = installation;
  const { catalogue } = deps;
  const app = new Hono();
  app.use(bodyLimit({ maxSize: LARGEST_BODY_BYTES, onError: () => tooLarge() }));
  app.onError((error, context) => answerFailure(error, context));
  app.get('/', (context) => context.html(page()));
  app.get('/openapi.json', (context) => context.json(openApi('0.1.0') as object));
  on(app, 'ingest', async (context) =>
    started(await rushes.ingestRoll(await body(context, ROUTES.ingest.body))),
  );
  on(app, 'verify', async (context) =>
    started(await rushes.verifyRoll(await body(context, ROUTES.verify.body))),
  );
  on(app, 'submit', async (context) =>
    started(await rushes.submitTurnover(await body(context, ROUTES.submit.body))),
  );
  on(app, 'rolls', async (context) => ({
    rolls: await catalogue.listRolls(
      given({ production: context.req.query('production'), shootDay: context.req.query('shootDay') }),
    ),
  }));
  on(app, 'roll', async (context) => {
    const { production, shootDay, roll } = context.req.param();
    return found((await catalogue.getRoll(`${production}/${shootDay}/${roll}`))?.report, 'roll');
  });
  on(app, 'clips', (context) => {
    const limit = context.req.query('limit');
    const options = given({ production: context.req.query('production'), after: context.req.query('after') });
    return searchClips(catalogue.db, context.req.query('q') ?? '', {
      ...options,
      ...(limit === undefined ? {} : { limit: Number(limit) || 50 }),
    });
  });
  on(app, 'clip', async (context) =>
    found(await catalogue.getClip(context.req.param('clipId') ?? ''), 'clip'),
  );
  on(app, 'formats', async (context) => ({
    formats: await catalogue.listCameraFormats(context.req.param('production') ?? ''),
  }));
  on(app, 'teach', async (context) => {
    const { production = '', formatId = '' } = context.req.param();
    const { attributes, who } = await body(context, ROUTES.teach.body);
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
  });
  on(app, 'turnovers', async (context) => ({
    turnovers: await catalogue.listTurnovers(context.req.param('production') ?? ''),
  }));
  on(app, 'status', async (context) => found(await catalogue.statusOf(turnoverOf(context)), 'turnover'));
  on(app, 'plan', async (context) => {
    const known = found(await catalogue.getTurnover(turnoverOf(context)), 'turnover');
    return deps.facts.get(found(known.planKey, 'plan'), TurnoverPlan);
  });
  on(app, 'decide', async (context) => {
    const decision = await body(context, ROUTES.decide.body);
    return { recorded: await rushes.decide(`turnover/${turnoverOf(context)}`, decision) };
  });
  return app;
}

/** Registers a route of the table; its answer goes out as JSON. */
function on(app: Hono, name: keyof typeof ROUTES, answer: (context: Context) => Promise<unknown>): void {
  const { method, path } = ROUTES[name];
  app[method](path.replace(/\{(\w+)\}/g, ':$1'), async (context) =>
    context.json((await answer(context)) as object),
  );
}

function tooLarge(): never {
  throw new PipelineError('input-invalid', `A request has at most ${LARGEST_BODY_BYTES} bytes.`);
}

function turnoverOf(context: Context): string {
  const { production, name, revision } = context.req.param();
  return `${production}/${name}/${revision}`;
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

function found<T>(value: T | null | undefined, what: string): T {
  if (value == null) throw new PipelineError('not-found', `There is no such ${what}.`);
  return value;
}

function given<T extends Record<string, string | undefined>>(options: T): { [K in keyof T]?: string } {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== ''),
  ) as { [K in keyof T]?: string };
}

const STATUS: Partial<Record<string, 400 | 403 | 404 | 409 | 503>> = {
  'input-invalid': 400,
  'not-found': 404,
  'refused-by-rule': 403,
  'already-running': 409,
  conflict: 409,
  'service-away': 503,
};

function answerFailure(error: Error, context: Context): Response {
  if (!(error instanceof PipelineError))
    return context.json({ version: 1, kind: 'failure', code: 'bug', message: error.message }, 500);
  const { code, message, facts } = error;
  return context.json(
    { version: 1, kind: 'failure', code, message, fix: FAILURES[code].fix, facts },
    STATUS[code] ?? 500,
  );
}
