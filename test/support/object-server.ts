import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endProcess, isAlive, type ProcessRecord } from '../../setup/processes.mjs';
import { freePort } from '../../setup/stack/ports.mjs';
import { startProgram } from '../../setup/stack.mjs';
import { toolPath } from './tools.ts';
import { until } from './until.ts';

/** An S3 server of a test's own: two installations with the same site name then share nothing. */
export type ObjectServer = {
  endPoint: string;
  port: number;
  /** Of a worker, as a site's configuration bears them. */
  accessKey: string;
  secretKey: string;
  /** Who makes and guards the buckets. */
  owner: { accessKey: string; secretKey: string };
  /** Of the server that runs now. */
  pid(): number;
  /** Buckets are plain folders below. */
  dataDir: string;
  /** kill -9: connections break, and nobody answers until `start`. */
  kill(): Promise<void>;
  /** Starts it again with the data and the port it had. */
  start(): Promise<void>;
};

/** Starts versitygw in `folder`. The run of the tests ends it if nobody else does. */
export async function startObjectServer(name: string, folder: string): Promise<ObjectServer> {
  const dataDir = join(folder, 'data');
  const versions = join(folder, 'versions');
  const accounts = join(folder, 'accounts');
  for (const each of [dataDir, versions, accounts]) mkdirSync(each, { recursive: true });
  const port = await freePort();
  const owner = { accessKey: 'rushes', secretKey: 'secret-of-a-test' };
  const worker = { accessKey: 'rushes-worker', secretKey: 'another-secret-of-a-test' };
  const account = {
    access: worker.accessKey,
    secret: worker.secretKey,
    role: 'user',
    userID: 0,
    groupID: 0,
    projectID: 0,
  };
  writeFileSync(
    join(accounts, 'users.json'),
    JSON.stringify({ accessAccounts: { [worker.accessKey]: account } }),
  );
  let record: ProcessRecord = { pid: null };
  const start = async () => {
    record = await startProgram({
      stateDir: process.env.RUSHES_TEST_STATE!,
      name,
      file: toolPath('versitygw'),
      args: [
        '--port',
        `127.0.0.1:${port}`,
        '--quiet',
        '--iam-dir',
        accounts,
        'posix',
        '--versioning-dir',
        versions,
        dataDir,
      ],
      env: { ...process.env, ROOT_ACCESS_KEY: owner.accessKey, ROOT_SECRET_KEY: owner.secretKey },
    });
    await untilAnswers(name, port, record);
  };
  await start();
  return {
    endPoint: '127.0.0.1',
    port,
    ...worker,
    owner,
    dataDir,
    pid: () => record.pid ?? 0,
    kill: async () => void (await endProcess(record, { signal: 'SIGKILL' })),
    start,
  };
}

async function untilAnswers(name: string, port: number, record: ProcessRecord): Promise<void> {
  await until(`${name} at port ${port}`, async () => {
    if (!isAlive(record)) throw new Error(`${name} ended before it answered at port ${port}`);
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    return isUp;
  });
}
