import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { FAILURES, PipelineError } from '../../schemas/failure.ts';
import { connectRushes } from '../client.ts';
import type { Configuration } from '../configuration.ts';
import { openInstallation } from '../installation.ts';
import { OPERATIONS, type Parts } from './operations.ts';
import { packageFile } from './package-file.ts';
import { page } from './page.ts';
import { openApi, ROUTES } from './routes.ts';

/** A listening server; `close` ends it and what it opened. */
export type HttpServer = { url: string; close: () => Promise<void> };

/** The largest request: a cut list travels in one. */
const LARGEST_BODY_BYTES = 64 * 2 ** 20;

/**
 * Serves the same operations as the command line under `/api`, their OpenAPI document, and a web page. It listens where it
 * is told and asks nobody who they are: put a proxy that does in front of it.
 * @throws PipelineError service-away; input-invalid when it cannot listen there
 */
export async function serveHttp(
  configuration: Configuration,
  tools: Record<string, string>,
  at: { host: string; port: number },
): Promise<HttpServer> {
  const installation = await openInstallation(configuration, tools);
  const rushes = await connectRushes(configuration.temporal).catch(async (error: unknown) => {
    await installation.close();
    throw error;
  });
  const end = () => Promise.all([rushes.close(), installation.close()]);
  const app = application({ installation, rushes, temporal: configuration.temporal });
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port }, (info) => {
      resolve({
        url: `http://${at.host}:${info.port}`,
        close: async () => {
          await new Promise((done) => server.close(done));
          await end();
        },
      });
    });
    server.once('error', (cause) => {
      const sentence = `Cannot listen at ${at.host}:${at.port}: ${cause.message}. Name another with --port.`;
      void end().then(() => reject(new PipelineError('input-invalid', sentence, { ...at }, { cause })));
    });
  });
}

function application(parts: Parts): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: LARGEST_BODY_BYTES, onError: () => tooLarge() }));
  // A page of another site, open in the same browser, must not be able to start work here.
  app.use(csrf());
  app.onError((error, context) => answerFailure(error, context));
  app.notFound((context) =>
    answerFailure(new PipelineError('not-found', `Nothing is at ${context.req.path}.`), context),
  );
  app.get('/', (context) => context.html(page()));
  app.get('/openapi.json', (context) => context.json(openApi('0.1.0') as object));
  app.get('/packages/:production/:name/:revision/*', (context) => packageFile(context, parts));
  for (const [name, { method, path }] of Object.entries(ROUTES)) {
    const operation = OPERATIONS[name as keyof typeof ROUTES];
    app[method](path.replace(/\{(\w+)\}/g, ':$1'), async (context) =>
      context.json((await operation(context, parts)) as object),
    );
  }
  return app;
}

function tooLarge(): never {
  throw new PipelineError('input-invalid', `A request has at most ${LARGEST_BODY_BYTES} bytes.`);
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
  if (error instanceof HTTPException && error.status === 403)
    return answerFailure(
      new PipelineError('refused-by-rule', 'A page of another site may not start work here.'),
      context,
    );
  if (!(error instanceof PipelineError))
    return context.json({ version: 1, kind: 'failure', code: 'bug', message: error.message }, 500);
  const { code, message, facts } = error;
  return context.json(
    { version: 1, kind: 'failure', code, message, fix: FAILURES[code].fix, facts },
    STATUS[code] ?? 500,
  );
}
