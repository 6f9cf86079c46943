import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Client as StoreClient } from 'minio';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf } from '../../setup/processes.mjs';
import {
  type Stack,
  stackStatus,
  startProgram,
  startStack,
  stopProgram,
  stopStack,
} from '../../setup/stack.mjs';
import { discardTestState, makeTestState } from '../support/test-state.ts';
import { until } from '../support/until.ts';
import { descendants } from '../support/worker-process.ts';

let stateDir: string;

beforeEach(() => {
  stateDir = makeTestState();
});

afterEach(() => discardTestState(stateDir));

async function query(stack: Stack, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.postgres.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function storeOf({ objectStore: { endPoint, port, accessKey, secretKey } }: Stack): StoreClient {
  return new StoreClient({ endPoint, port, useSSL: false, accessKey, secretKey });
}

async function withWorkflows<T>(stack: Stack, act: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: stack.temporal.address });
  try {
    return await act(new Client({ connection, namespace: stack.temporal.namespace }));
  } finally {
    await connection.close();
  }
}

test('all three servers are killed: started again, they have the same addresses and lost nothing', async () => {
  const before = await startStack({ stateDir, env: {} });
  await withWorkflows(before, (client) =>
    client.workflow.start('ingestRoll', {
      workflowId: 'roll/a001',
      taskQueue: 'nobody',
      args: [{ dir: 'A001' }],
    }),
  );
  await storeOf(before).makeBucket('site-ocf');
  await storeOf(before).putObject('site-ocf', 'a001/clip.mov', Buffer.from('bytes of a clip'));
  await query(before, 'CREATE TABLE rolls (name text)');
  await query(before, "INSERT INTO rolls VALUES ('A001')");

  for (const { pid } of [before.temporal, before.objectStore, before.postgres])
    process.kill(Number(pid), 'SIGKILL');
  const after = await startStack({ stateDir, env: {} });

  expect(after.temporal.address).toBe(before.temporal.address);
  expect(after.temporal.uiUrl).toBe(before.temporal.uiUrl);
  expect(after.objectStore).toMatchObject({
    port: before.objectStore.port,
    secretKey: before.objectStore.secretKey,
  });
  expect(after.postgres.url).toBe(before.postgres.url);
  expect(after.temporal.pid).not.toBe(before.temporal.pid);
  const { status } = await withWorkflows(after, (client) =>
    client.workflow.getHandle('roll/a001').describe(),
  );
  expect(status.name).toBe('RUNNING');
  const object = await storeOf(after).getObject('site-ocf', 'a001/clip.mov');
  expect(Buffer.concat(await object.toArray()).toString()).toBe('bytes of a clip');
  expect(await query(after, 'SELECT name FROM rolls')).toEqual([{ name: 'A001' }]);
});

test('a database whose parts outlive its kill for a while is started again when they have gone', async () => {
  const before = await startStack({ stateDir, env: {} });
  const [part] = descendants(Number(before.postgres.pid));
  process.kill(part!.pid, 'SIGSTOP');
  process.kill(Number(before.postgres.pid), 'SIGKILL');
  const starting = startStack({ stateDir, env: {} });
  const log = join(stateDir, 'logs/postgres.log');
  const refusals = () => readFileSync(log, 'utf8').split('still in use').length - 1;
  // More often than a port that was just taken is tried again.
  await until('refusals for what is left', () => refusals() > 3);
  process.kill(part!.pid, 'SIGCONT');
  const after = await starting;
  expect(after.postgres.url).toBe(before.postgres.url);
  expect(await query(after, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('only the server that died is started again', async () => {
  const before = await startStack({ stateDir, env: {} });
  process.kill(Number(before.objectStore.pid), 'SIGKILL');
  const seen = await until('the end of the object store', async () => {
    const status = await stackStatus({ stateDir });
    return status.services.some(({ alive }) => !alive) && status;
  });
  expect(seen.services.map(({ key, alive }) => [key, alive])).toEqual([
    ['temporal', true],
    ['objectStore', false],
    ['postgres', true],
  ]);
  const after = await startStack({ stateDir, env: {} });
  expect(after.temporal.pid).toBe(before.temporal.pid);
  expect(after.postgres.pid).toBe(before.postgres.pid);
  expect((await stackStatus({ stateDir })).running).toBe(true);
});

test('the file with keys and passwords is closed to others', async () => {
  await startStack({ stateDir, ephemeral: true });
  expect(statSync(join(stateDir, 'stack.json')).mode & 0o077).toBe(0);
});

test('a search by the attributes of a roll finds its workflow', async () => {
  const stack = await startStack({ stateDir, ephemeral: true });
  await withWorkflows(stack, async (client) => {
    const searchAttributes = { RushesProduction: ['agm'], RushesRoll: ['A001'], RushesStage: ['verify'] };
    await client.workflow.start('ingestRoll', {
      workflowId: 'r1',
      taskQueue: 'q',
      args: [{}],
      searchAttributes,
    });
    await expect
      .poll(
        async () => (await client.workflow.count("RushesProduction = 'agm' AND RushesRoll = 'A001'")).count,
      )
      .toBe(1);
  });
});

test('a database that a person names is used, never stopped, and left again for our own', async () => {
  const stack = await startStack({ stateDir, env: {} });
  const ownUrl = stack.postgres.url;
  await query(stack, 'CREATE TABLE kept (n int)');
  const otherDir = makeTestState();
  const theirs = await startStack({ stateDir: otherDir, ephemeral: true });
  try {
    const env = { DATABASE_URL: theirs.postgres.url };
    expect((await startStack({ stateDir, env })).postgres).toMatchObject({
      url: theirs.postgres.url,
      external: true,
    });
    await stopStack({ stateDir });
    expect(await query(theirs, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  } finally {
    await discardTestState(otherDir);
  }
  await expect(startStack({ stateDir, env: { DATABASE_URL: theirs.postgres.url } })).rejects.toThrow(
    'DATABASE_URL',
  );
  const back = await startStack({ stateDir, env: {} });
  expect(back.postgres.url).toBe(ownUrl);
  expect(await query(back, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
});

test('a program of ours runs once per name and ends with the stack', async () => {
  await startStack({ stateDir, ephemeral: true });
  const worker = { stateDir, name: 'worker-1', file: '/bin/sleep', args: ['600'] };
  const first = await startProgram(worker);
  const second = await startProgram(worker);
  expect(first.started).toBe(true);
  expect(second).toMatchObject({ started: false, pid: first.pid });
  const other = await startProgram({ ...worker, name: 'worker-2' });
  expect(await stopProgram({ stateDir, name: 'worker-2' })).toBe(true);
  expect(recordOf(Number(other.pid)).startTicks).toBeNull();
  await stopStack({ stateDir });
  expect(recordOf(Number(first.pid)).startTicks).toBeNull();
});

test('a program that dies before it serves is said to, with what it wrote last', async () => {
  await startStack({ stateDir, ephemeral: true });
  const shell = (script: string) => ({
    stateDir,
    file: '/bin/sh',
    args: ['-c', script],
    readyText: 'serving',
  });
  await startProgram({ ...shell('sleep 0.3; echo serving render; sleep 600'), name: 'worker-1' });
  const dying = startProgram({ ...shell('echo Webpack finished with errors; exit 1'), name: 'worker-2' });
  await expect(dying).rejects.toThrow(/worker-2 ended before it was ready.*Webpack finished with errors/s);
});

test('a program that runs another revision of the code is started anew', async () => {
  await startStack({ stateDir, ephemeral: true });
  const worker = { stateDir, name: 'worker-1', file: '/bin/sleep', args: ['600'] };
  const first = await startProgram({ ...worker, revision: 'a' });
  expect(await startProgram({ ...worker, revision: 'a' })).toMatchObject({ started: false, pid: first.pid });
  const second = await startProgram({ ...worker, revision: 'b' });
  expect(second.started).toBe(true);
  expect(recordOf(Number(first.pid)).startTicks).toBeNull();
});
