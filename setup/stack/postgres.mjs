import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { reachableDir } from '../install/postgres.mjs';
import { isRoot, makeDir } from '../places.mjs';
import { mustRun } from '../run-program.mjs';
import { freePort } from './ports.mjs';

const USER = 'rushes';
const DATABASE = 'rushes';

/** PostgreSQL on loopback with a password; as root it runs as an unprivileged user. A person's own server: see `settings`. */
export const postgres = {
  key: 'postgres',
  name: 'PostgreSQL',
  limitMs: 60_000,
  // Fast shutdown: SIGTERM would wait for every client to leave.
  stopSignal: 'SIGINT',
  // Immediate, but its shared memory is given back, which a kill would leave behind.
  quickStopSignal: 'SIGQUIT',

  async settings(stateDir, before, { ephemeral, taken, env }) {
    // Tests (ephemeral) never touch a person's database.
    if (wantsExternal(env, ephemeral)) {
      // Our own data stays where it is, for the day the person goes back to it.
      const { port, password, home } = before ?? {};
      return { url: env.DATABASE_URL, external: true, port, password, home };
    }
    const port = await freePort(before?.port, taken);
    const password = before?.password ?? randomBytes(16).toString('hex');
    const home = before?.home ?? join(reachableDir(stateDir), 'postgres');
    const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
    return { url, port, password, home, fsync: !ephemeral };
  },

  /** True when what runs or is recorded is not what is asked for: a person has set or unset DATABASE_URL since. */
  isOutdated(before, { ephemeral, env }) {
    return wantsExternal(env, ephemeral) ? before.url !== env.DATABASE_URL : Boolean(before.external);
  },

  /** Makes the data folder under another name and renames it when it is whole. */
  async prepare(settings, _stateDir, toolPath) {
    const data = join(settings.home, 'data');
    if (existsSync(data)) return;
    const ids = unprivileged();
    makeDir(settings.home);
    const half = join(settings.home, 'half-made');
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { mode: 0o700 });
    const passwordFile = join(half, 'password');
    writeFileSync(passwordFile, settings.password, { mode: 0o600 });
    for (const path of ids ? [settings.home, half, passwordFile] : []) chownSync(path, ids.uid, ids.gid);
    const newData = join(half, 'data');
    const options = { cwd: half, ...ids };
    const locale = [
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--lc-collate=C',
      '--lc-ctype=C',
    ];
    const access = ['-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync'];
    await mustRun(
      'Making the PostgreSQL data folder',
      toolPath('initdb'),
      ['-D', newData, ...access, ...locale],
      options,
    );
    const single = ['--single', '-D', newData, 'postgres'];
    await mustRun('Making the database', toolPath('postgres'), single, {
      ...options,
      input: `CREATE DATABASE ${DATABASE};\n`,
    });
    renameSync(newData, data);
    rmSync(half, { recursive: true, force: true });
  },

  program(settings, toolPath) {
    const data = join(settings.home, 'data');
    const configuration = {
      listen_addresses: '127.0.0.1',
      port: settings.port,
      unix_socket_directories: '',
      max_connections: 200,
      ...(settings.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const args = [
      '-D',
      data,
      ...Object.entries(configuration).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ];
    return { file: toolPath('postgres'), args, cwd: data, ids: unprivileged() };
  },

  /** The parts of a killed server end by themselves once each has noticed, and hold its data and shared memory until then. */
  isPassing(message) {
    return /pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(message);
  },

  isReady(settings) {
    const { hostname, port, username, pathname } = new URL(settings.url);
    const user = decodeURIComponent(username) || 'postgres';
    return answersAsReady(
      hostname,
      Number(port || 5432),
      user,
      decodeURIComponent(pathname.slice(1)) || user,
    );
  },
};

function wantsExternal(env, ephemeral) {
  return Boolean(env.DATABASE_URL) && !ephemeral;
}

/** uid and gid of `postgres`, else of `nobody`, when we are root (PostgreSQL refuses to run as root); else undefined. */
function unprivileged() {
  if (!isRoot()) return undefined;
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  if (!row)
    throw new Error(
      'PostgreSQL does not run as root, and /etc/passwd has neither a user postgres nor nobody.',
    );
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

/** SQLSTATE of a server that is starting, stopping or recovering: the one refusal that means "not ready". */
const CANNOT_CONNECT_NOW = '57P03';

/** Sends the first message of PostgreSQL's protocol; any answer but "I am just starting" comes from a ready server. */
function answersAsReady(host, port, user, database) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2_000, () => finish(false));
    socket.on('error', () => finish(false)).on('close', () => finish(false));
    socket.on('data', (bytes) => finish(!bytes.includes(CANNOT_CONNECT_NOW)));
    socket.on('connect', () => {
      const body = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length + 8, 0);
      head.writeUInt32BE(0x0003_0000, 4); // protocol 3.0
      socket.write(Buffer.concat([head, body]));
    });
  });
}
