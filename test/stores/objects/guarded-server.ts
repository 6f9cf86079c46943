import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toolPath } from '../../support/tools.ts';

/** An S3 server that knows two people: the owner, and a worker with credentials of its own. */
export type GuardedServer = {
  owner: { endPoint: string; port: number; accessKey: string; secretKey: string; dataDir: string };
  worker: { accessKey: string; secretKey: string };
  stop(): Promise<void>;
};

/** Starts versitygw with accounts of its own (`--iam-dir`), as a site with more than one machine runs it. */
export async function startGuardedServer(): Promise<GuardedServer> {
  const root = await mkdtemp(path.join(tmpdir(), 'rushes-guarded-'));
  const [dataDir, versions, accounts] = ['data', 'versions', 'accounts'].map((name) =>
    path.join(root, name),
  ) as [string, string, string];
  for (const folder of [dataDir, versions, accounts]) await mkdir(folder);
  const worker = { accessKey: 'rushes-worker', secretKey: 'worker-secret-of-a-test' };
  const account = {
    access: worker.accessKey,
    secret: worker.secretKey,
    role: 'user',
    userID: 0,
    groupID: 0,
    projectID: 0,
  };
  await writeFile(
    path.join(accounts, 'users.json'),
    JSON.stringify({ accessAccounts: { [worker.accessKey]: account } }),
  );
  const owner = {
    endPoint: '127.0.0.1',
    port: await freePort(),
    accessKey: 'owner',
    secretKey: 'owner-secret-of-a-test',
    dataDir,
  };
  const server = spawn(
    toolPath('versitygw'),
    [
      '--port',
      `127.0.0.1:${owner.port}`,
      '--quiet',
      '--iam-dir',
      accounts,
      'posix',
      '--versioning-dir',
      versions,
      dataDir,
    ],
    {
      stdio: 'ignore',
      env: { ...process.env, ROOT_ACCESS_KEY: owner.accessKey, ROOT_SECRET_KEY: owner.secretKey },
    },
  );
  await answers(owner.port, server);
  return {
    owner,
    worker,
    async stop() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function answers(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`versitygw ended with ${server.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isUp = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('versitygw did not answer');
}
