import { randomBytes } from 'node:crypto';
import { registerSearchAttributes } from '../../service/search-attribute-registration.ts';
import { type Stack, startStack } from '../../setup/stack.mjs';

/**
 * The one stack of this test run (Temporal in memory, S3, PostgreSQL), started by the first test file that asks and
 * shared by all; it ends with the run. Files keep apart by names of their own: see `uniqueName`.
 */
export function testStack(): Promise<Stack> {
  const stateDir = process.env.RUSHES_TEST_STATE;
  if (!stateDir)
    throw new Error('RUSHES_TEST_STATE is not set: tests run under vitest with its global set-up.');
  return startStack({ stateDir, ephemeral: true });
}

/** A name that no other test file or run uses, for productions, sites, buckets and task queues: `agm-k3f9a1`. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

/** A fresh database on the shared server, so that catalogue tables of one file are not seen by another. Gives its URL. */
export async function freshDatabase(): Promise<string> {
  const { postgres } = await testStack();
  const name = `t${randomBytes(6).toString('hex')}`;
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** A fresh Temporal namespace with our search attributes, for a test that must not see other files' workflows. */
export async function freshNamespace(): Promise<{ address: string; namespace: string }> {
  const { temporal } = await testStack();
  const namespace = uniqueName('test');
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: temporal.address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
  return { address: temporal.address, namespace };
}
