import { Client, Connection } from '@temporalio/client';
import { Client as StoreClient } from 'minio';
import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase, testStack, uniqueName } from '../support/stack.ts';

test('the stack that tests share answers: a workflow starts, an object comes back, a row is counted', async () => {
  const stack = await testStack();

  const connection = await Connection.connect({ address: stack.temporal.address });
  const client = new Client({ connection, namespace: stack.temporal.namespace });
  const workflowId = uniqueName('roll');
  await client.workflow.start('ingestRoll', { workflowId, taskQueue: 'nobody-listens', args: [{}] });
  expect((await client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
  await connection.close();

  const { endPoint, port, accessKey, secretKey } = stack.objectStore;
  const store = new StoreClient({ endPoint, port, useSSL: false, accessKey, secretKey });
  const bucket = uniqueName('site');
  await store.makeBucket(bucket);
  await store.putObject(bucket, 'a/b', Buffer.from('frame'));
  expect((await store.statObject(bucket, 'a/b')).size).toBe(5);

  const database = new pg.Client({ connectionString: await freshDatabase() });
  await database.connect();
  expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await database.end();
});

test('a second asker gets the same stack', async () => {
  const [one, two] = await Promise.all([testStack(), testStack()]);
  expect(one.temporal.pid).toBe(two.temporal.pid);
});
