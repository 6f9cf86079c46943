import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PipelineError } from '../../schemas/failure.ts';
import { loadConfiguration, workerIdentity } from '../../service/configuration.ts';

const WHOLE = {
  site: 'berlin',
  temporal: { address: 'temporal:7233' },
  objectStore: { endPoint: 's3', port: 7070, accessKey: 'key', secretKey: 'secret' },
  postgres: { url: 'postgres://db/rushes' },
  sourceRoots: ['/cards'],
};

let folder: string;
const noStack = () => null;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-configuration-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function written(document: unknown): string {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  return file;
}

function failureOf(load: () => unknown): PipelineError {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(PipelineError);
    return error as PipelineError;
  }
  throw new Error('the configuration was taken');
}

test('a file is read once, with defaults for what it leaves out', () => {
  const read = loadConfiguration({ RUSHES_CONFIG: written(WHOLE) }, noStack);
  expect(read).toMatchObject({
    ...WHOLE,
    temporal: { namespace: 'default' },
    objectStore: { useSSL: false, region: 'us-east-1' },
  });
  expect(read.scratch.budgetBytes).toBeGreaterThan(0);
});

test('without a file it is that of the local stack; without both the sentence says how to get one', () => {
  expect(loadConfiguration({}, () => WHOLE).site).toBe('berlin');
  const failure = failureOf(() => loadConfiguration({}, noStack));
  expect(failure).toMatchObject({ code: 'service-away', message: expect.stringContaining('`rushes up`') });
});

test('each override of the environment reaches its place, and an empty one is none', () => {
  const read = loadConfiguration(
    {
      RUSHES_CONFIG: written(WHOLE),
      RUSHES_SITE: 'munich',
      RUSHES_TEMPORAL_ADDRESS: 'other:7233',
      RUSHES_TEMPORAL_NAMESPACE: 'post',
      DATABASE_URL: 'postgres://other/rushes',
      RUSHES_S3_ACCESS_KEY: 'worker',
      RUSHES_S3_SECRET_KEY: '',
      RUSHES_SCRATCH: '/fast',
    },
    noStack,
  );
  expect(read).toMatchObject({
    site: 'munich',
    temporal: { address: 'other:7233', namespace: 'post' },
    postgres: { url: 'postgres://other/rushes' },
    objectStore: { accessKey: 'worker', secretKey: 'secret' },
    scratch: { root: '/fast' },
  });
});

test('every fault is named at once, with its place: unknown fields, wrong kinds, what is missing', () => {
  const faulty = {
    ...WHOLE,
    site: 'Berlin Mitte',
    objectStore: { ...WHOLE.objectStore, port: '7070' },
    postgres: {},
    sourceRoots: [],
    sourceRoot: '/cards',
  };
  const { code, message } = failureOf(() => loadConfiguration({ RUSHES_CONFIG: written(faulty) }, noStack));
  expect(code).toBe('input-invalid');
  for (const place of ['site: ', 'objectStore.port: ', 'postgres.url: ', 'sourceRoots: ', 'sourceRoot'])
    expect(message).toContain(place);
  expect(message).toContain('has 5 faults');
});

test('a file that is not there or not JSON is named', () => {
  for (const file of [join(folder, 'absent.json'), written('{ site: berlin }')]) {
    const failure = failureOf(() => loadConfiguration({ RUSHES_CONFIG: file }, noStack));
    expect(failure).toMatchObject({ code: 'input-invalid', message: expect.stringContaining(file) });
  }
});

test('a worker is named by site, host, pools and process', () => {
  const configuration = loadConfiguration({ RUSHES_CONFIG: written(WHOLE) }, noStack);
  expect(workerIdentity(configuration, ['io', 'media'])).toMatch(
    new RegExp(`^berlin/[^/]+/io\\+media/${process.pid}$`),
  );
});
