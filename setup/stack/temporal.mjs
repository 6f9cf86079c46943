import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { makeDir } from '../places.mjs';
import { mustRun } from '../run-program.mjs';
import { freePort } from './ports.mjs';

/** Search attributes of design.md section 4, all Keyword. */
const SEARCH_ATTRIBUTES = [
  'RushesProduction',
  'RushesRoll',
  'RushesShootDay',
  'RushesTurnover',
  'RushesStage',
];

const NAMESPACE = 'default';

/** The catalogue knows what was done; this is only for looking back in the UI. About 20 kB a small workflow. */
const RETENTION = '720h';

/**
 * Server settings beside the defaults. The queue processors poll 20 times a second by default, which makes each step of
 * a workflow cost 46 ms; the new matcher, fairness and one partition make priorities exact (server 1.29 ignores
 * priorities without the first).
 */
const DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.visibilityProcessorMaxPollRPS': 2000,
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

/** The Temporal development server with its web UI, on a SQLite file so that a restart keeps every workflow. */
export const temporal = {
  key: 'temporal',
  name: 'The Temporal server',
  limitMs: 60_000,
  stopSignal: 'SIGTERM',
  quickStopSignal: 'SIGKILL',

  async settings(stateDir, before, { ephemeral, taken }) {
    const port = await freePort(before?.port, taken);
    const uiPort = await freePort(before?.uiPort, [...taken, port]);
    return {
      address: `127.0.0.1:${port}`,
      namespace: NAMESPACE,
      uiUrl: `http://127.0.0.1:${uiPort}`,
      port,
      uiPort,
      // Without a file the server keeps all in memory: twice as fast, and gone with the process.
      databaseFile: ephemeral ? null : join(stateDir, 'temporal', 'temporal.db'),
    };
  },

  prepare(settings, stateDir) {
    if (!settings.databaseFile) return;
    makeDir(join(stateDir, 'temporal'));
    // The server makes its tables only in a new file: one that was cut off while being made would never heal.
    if (existsSync(settings.databaseFile) && !existsSync(wholeMarker(settings))) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${settings.databaseFile}${suffix}`, { force: true });
    }
  },

  program(settings, toolPath) {
    const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(settings.port)];
    args.push(
      '--ui-port',
      String(settings.uiPort),
      '--namespace',
      NAMESPACE,
      '--log-level',
      'warn',
      '--log-format',
      'json',
    );
    for (const name of SEARCH_ATTRIBUTES) args.push('--search-attribute', `${name}=Keyword`);
    for (const [key, value] of Object.entries(DYNAMIC_CONFIG))
      args.push('--dynamic-config-value', `${key}=${value}`);
    if (settings.databaseFile) args.push('--db-filename', settings.databaseFile);
    for (const pragma of ['journal_mode=WAL', 'synchronous=NORMAL']) args.push('--sqlite-pragma', pragma);
    return { file: toolPath('temporal'), args };
  },

  async isReady(settings) {
    const hasNamespace = await describesNamespace(settings.address, settings.namespace);
    return hasNamespace && answersHttp(settings.uiUrl);
  },

  /** Once for a new database: finished workflows stay in the UI for a month instead of a day. */
  async whenReady(settings, toolPath) {
    if (!settings.databaseFile || existsSync(wholeMarker(settings))) return;
    const update = ['operator', 'namespace', 'update', '--namespace', settings.namespace];
    const args = [...update, '--retention', RETENTION, '--address', settings.address];
    await mustRun('Setting how long finished workflows are kept', toolPath('temporal'), args);
    writeFileSync(wholeMarker(settings), '');
  },
};

function wholeMarker(settings) {
  return `${settings.databaseFile}.whole`;
}

/** Asks the server by gRPC for the namespace: only a server that can start workflows answers with status 0. */
function describesNamespace(address, namespace) {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const finish = (answer) => {
      session.destroy();
      resolve(answer);
    };
    session.setTimeout(2_000, () => finish(false));
    session.on('error', () => finish(false));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status;
    const readStatus = (headers) => {
      status = headers['grpc-status'] ?? status;
    };
    stream.on('response', readStatus).on('trailers', readStatus);
    stream.on('error', () => finish(false)).on('end', () => finish(status === '0'));
    stream.resume();
    stream.end(grpcMessage(Buffer.concat([Buffer.from([0x0a, namespace.length]), Buffer.from(namespace)])));
  });
}

/** One uncompressed gRPC message: flag byte, length, bytes. */
function grpcMessage(body) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

async function answersHttp(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
