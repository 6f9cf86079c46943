import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
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
  /** Holds it where it is: it takes requests and answers none until `thaw`. */
  freeze(): void;
  thaw(): void;
};

/** Starts versitygw in `folder`. The run of the tests ends it if nobody else does. */
export async function startObjectServer(name: string, folder: string): Promise<ObjectServer> {
  const dataDir = join(folder, 'data');
  const versions = join(folder, 'versions');
  const accounts = join(folder, 'accounts');
  for (const each of [dataDir, versions, accounts]) mkdirSync(each, { recursive: true });
  let port = await freePort();
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
    if (await untilAnswers(name, record, port)) return;
    throw new Error(`${name} ended: port ${port} was taken`);
  };
  // Between the look for a port and its use another may take it.
  for (let tries = 1; ; tries++) {
    try {
      await start();
      break;
    } catch (error) {
      if (tries === 5) throw error;
      port = await freePort();
    }
  }
  return {
    endPoint: '127.0.0.1',
    port,
    ...worker,
    owner,
    dataDir,
    pid: () => record.pid ?? 0,
    kill: async () => void (await endProcess(record, { signal: 'SIGKILL' })),
    start,
    freeze: () => void process.kill(record.pid!, 'SIGSTOP'),
    thaw: () => void process.kill(record.pid!, 'SIGCONT'),
  };
}

/** Waits until it takes connections; false when it has ended. What answers at the port must be this process. */
async function untilAnswers(name: string, record: ProcessRecord, port: number): Promise<boolean> {
  const state = await until(`${name} at port ${port}`, () => {
    if (!isAlive(record)) return 'ended';
    return listens(record.pid!, port) && 'answers';
  });
  return state === 'answers';
}

/** Whether a process listens at a port of the loopback. Source: proc(5), net/tcp: local address, state 0A, inode. */
function listens(pid: number, port: number): boolean {
  const at = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((row) => row.trim().split(/\s+/));
  const inode = rows.find(([, local, , state]) => local === at && state === '0A')?.[9];
  return inode !== undefined && openFiles(pid).includes(`socket:[${inode}]`);
}

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => {
      try {
        return [readlinkSync(join(folder, fd))];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
