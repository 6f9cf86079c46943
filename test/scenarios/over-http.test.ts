import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DemoSet } from '../../footage/demo-set.ts';
import { ROUTES } from '../../service/http/routes.ts';
import { type HttpServer, serveHttp } from '../../service/http/server.ts';
import { smallDemoSet } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';

/** What a page shows comes within a second; a machine that does much else beside takes far longer. */
const PATIENCE_MS = 300_000;

let at: TestInstallation;
let set: DemoSet;
let server: HttpServer;

beforeAll(async () => {
  [at, set] = await Promise.all([makeInstallation('http'), smallDemoSet(['prores', 'dpx'])]);
  await at.startWorker('control,io,media,render', 2);
  server = await serveHttp(at.configuration, toolPaths(), { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await server?.close();
  await at?.close();
});

type Answer = { status: number; body: Record<string, unknown> };

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const sent = { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${server.url}${path}`, {
    ...(body === undefined ? {} : sent),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const untilAnswer = (path: string, holds: (body: Record<string, unknown>) => boolean) =>
  until(
    `${path} as it should be`,
    async () => {
      const { status, body } = await ask(path);
      return status === 200 && holds(body);
    },
    300,
  );

const list = () => ({ text: readFileSync(set.cutList.path, 'utf8'), fileName: 'demo.edl' });

test('a roll goes in, a cut list is planned and made, and the report is read, all over HTTP', async () => {
  for (const card of set.cards)
    expect(await ask('/api/rolls', { production: 'AGM', source: card.path })).toMatchObject({
      status: 200,
      body: { kind: 'started' },
    });
  await untilAnswer('/api/rolls?production=AGM', ({ rolls }) => {
    const states = (rolls as { state: string }[]).map(({ state }) => state);
    return states.length === 2 && states.every((state) => state === 'sealed');
  });

  const planned = await ask('/api/plans', { production: 'AGM', cutList: list() });
  expect(planned.body).toMatchObject({ kind: 'turnover-plan', forecast: expect.anything() });
  expect((await ask('/api/turnovers/AGM')).body).toEqual({ turnovers: [] });

  await ask('/api/turnovers', { production: 'AGM', cutList: list() });
  await untilAnswer('/api/turnovers/AGM/demo/1', ({ state }) => state === 'partial');
  const { formats } = (await ask('/api/formats/AGM')).body as {
    formats: { formatId: string; missing: string[] }[];
  };
  const { formatId } = formats.find(({ missing }) => missing.length > 0)!;
  const rule = { attributes: { inputColorSpace: 'ARRI LogC3 (EI800)' }, who: 'Ana' };
  expect((await ask(`/api/formats/AGM/${formatId}`, rule)).body).toMatchObject({ who: 'Ana', told: 1 });
  await untilAnswer('/api/turnovers/AGM/demo/1', ({ state }) => state === 'published');

  const { entries } = (await ask('/api/packages/AGM/demo/1')).body as {
    entries: { path: string; sizeBytes: number; role: string }[];
  };
  const frame = entries.find(({ role }) => role === 'frame')!;
  const fetched = await fetch(`${server.url}/packages/AGM/demo/1/${frame.path}`);
  expect((await fetched.arrayBuffer()).byteLength).toBe(frame.sizeBytes);
});

test('the page finds clips and says why, shows a turnover and opens its report with its pictures', async () => {
  const browser = await chromium.launch({
    executablePath: toolPath('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    timeout: PATIENCE_MS,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(server.url);
    await page.fill('#production', 'AGM');
    await page.press('#production', 'Enter');
    await page.fill('#query', 'fps:24');
    await page.press('#query', 'Enter');
    await page.getByText('frameRate is', { exact: false }).first().waitFor();
    await page.fill('#query', 'colour:red');
    await page.press('#query', 'Enter');
    await page.locator('#problem').filter({ hasText: 'colour' }).waitFor();
    await page.getByRole('button', { name: 'open' }).click();
    await page.getByText('made,').first().waitFor();
    await page.getByRole('link', { name: 'report' }).click();
    // `load` comes when every picture of the page has come or failed; to decode is refused for one that failed.
    await page.waitForURL(/report/, { waitUntil: 'load' });
    const widths = await page.locator('img').evaluateAll((all) =>
      Promise.all(
        (all as unknown as { naturalWidth: number; decode(): Promise<void> }[]).map(async (picture) => {
          await picture.decode();
          return picture.naturalWidth;
        }),
      ),
    );
    expect(widths.length).toBeGreaterThan(0);
    expect(Math.min(...widths)).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
});

test('what is wrong comes back as a sentence and the status that fits', async () => {
  const cases: [number, string, unknown?][] = [
    [404, '/api/nothing'],
    [404, '/api/rolls/AGM/20260930/NONE'],
    [404, '/api/clips/none'],
    [404, '/api/turnovers/AGM/none/1'],
    [404, '/api/packages/AGM/none/1'],
    [404, '/packages/AGM/demo/1/none.exr'],
    [400, '/packages/AGM/demo/1/..%2f..%2fpackage.json'],
    [400, '/api/clips?q=tc%3Anoon'],
    [400, '/api/turnovers/AGM/demo/one'],
    [400, '/api/rolls', 'not json'],
    [400, '/api/rolls', { production: 'AGM' }],
    [404, '/api/plans', { production: 'AGM', cutList: list(), recipe: 'no-such-recipe' }],
    [404, '/api/formats/AGM/none', { attributes: {}, who: 'Ana' }],
    [404, '/api/turnovers/AGM/none/1/cancel', {}],
    [404, '/api/turnovers/AGM/demo/1/retry', {}],
    [400, '/api/windows', { id: 'w', cron: 'whenever', production: 'AGM' }],
  ];
  for (const [status, path, body] of cases) {
    const answer = await ask(path, body);
    expect({ path, status: answer.status }, JSON.stringify(answer.body)).toEqual({ path, status });
    expect(answer.body, path).toMatchObject({ kind: 'failure', message: expect.stringMatching(/\w+ .*\w/) });
  }
});

test('a page of another site cannot start work here through a browser', async () => {
  const headers = { 'content-type': 'text/plain', origin: 'http://elsewhere.example' };
  const response = await fetch(`${server.url}/api/rolls`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ production: 'AGM', source: '/cards' }),
  });
  expect(response.status).toBe(403);
});

test('a second server at the same place is told that it cannot listen there', async () => {
  const port = Number(new URL(server.url).port);
  await expect(serveHttp(at.configuration, toolPaths(), { host: '127.0.0.1', port })).rejects.toThrow(
    /Cannot listen at 127\.0\.0\.1:\d+.*--port/,
  );
});

test('every operation of the table stands in the OpenAPI document with its form', async () => {
  const { paths } = (await ask('/openapi.json')).body as {
    paths: Record<string, Record<string, { operationId: string; requestBody?: object }>>;
  };
  const operations = Object.values(paths).flatMap((path) => Object.entries(path));
  expect(operations.map(([, { operationId }]) => operationId).sort()).toEqual(Object.keys(ROUTES).sort());
  for (const [method, { operationId, requestBody }] of operations)
    if (method === 'post' && !['retry', 'cancel'].includes(operationId)) expect(requestBody).toBeDefined();
});
