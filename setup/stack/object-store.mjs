import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { makeDir } from '../places.mjs';
import { freePort } from './ports.mjs';

/** The S3 server: versitygw over plain files, versions of replaced objects beside them. Buckets are made by the application. */
export const objectStore = {
  key: 'objectStore',
  name: 'The S3 server',
  limitMs: 30_000,
  stopSignal: 'SIGTERM',
  quickStopSignal: 'SIGKILL',

  async settings(stateDir, before, { taken }) {
    return {
      endPoint: '127.0.0.1',
      port: await freePort(before?.port, taken),
      accessKey: before?.accessKey ?? 'rushes',
      secretKey: before?.secretKey ?? randomBytes(20).toString('hex'),
      // Workers are somebody else than the owner: the policy of the originals denies them what the owner may do.
      worker: before?.worker ?? { accessKey: 'rushes-worker', secretKey: randomBytes(20).toString('hex') },
      dataDir: join(stateDir, 'object-store', 'data'),
      sidecar: before?.sidecar ?? false,
    };
  },

  prepare(settings, stateDir) {
    makeDir(settings.dataDir);
    makeDir(versionsDir(stateDir));
    makeDir(sidecarDir(stateDir));
    makeDir(accountsDir(stateDir));
    writeFileSync(join(accountsDir(stateDir), 'users.json'), JSON.stringify(accounts(settings)), {
      mode: 0o600,
    });
  },

  program(settings, toolPath, stateDir) {
    const { endPoint, port, accessKey, secretKey, dataDir, sidecar } = settings;
    const folders = ['--versioning-dir', versionsDir(stateDir), dataDir];
    if (sidecar) folders.unshift('--sidecar', sidecarDir(stateDir));
    return {
      file: toolPath('versitygw'),
      args: [
        '--port',
        `${endPoint}:${port}`,
        '--quiet',
        '--iam-dir',
        accountsDir(stateDir),
        'posix',
        ...folders,
      ],
      env: { ...process.env, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    };
  },

  /** On a file system without extended attributes the metadata goes to files beside the data. */
  settingsAfterFailure(settings, message) {
    return message.includes('xattrs are not supported') ? { ...settings, sidecar: true } : settings;
  },

  /** Any answer of HTTP will do: an unsigned request is refused, and only a running server refuses. */
  isReady({ endPoint, port }) {
    return new Promise((resolve) => {
      const asked = request({ host: endPoint, port, path: '/', timeout: 2_000 }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 403);
      });
      asked.on('timeout', () => asked.destroy()).on('error', () => resolve(false));
      asked.end();
    });
  },
};

/** The server's own form of its accounts; the owner is not among them. */
function accounts({ worker }) {
  const account = {
    access: worker.accessKey,
    secret: worker.secretKey,
    role: 'user',
    userID: 0,
    groupID: 0,
    projectID: 0,
  };
  return { accessAccounts: { [worker.accessKey]: account } };
}

function accountsDir(stateDir) {
  return join(stateDir, 'object-store', 'accounts');
}

function sidecarDir(stateDir) {
  return join(stateDir, 'object-store', 'sidecar');
}

/** versitygw refuses a versions folder whose path begins with the data folder's path. */
function versionsDir(stateDir) {
  return join(stateDir, 'object-store', 'versions');
}
