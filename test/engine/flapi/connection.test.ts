import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { FlapiConnection, type FlapiLogin } from '../../../engine/flapi/connection.ts';
import { FLAPI_TIMES } from '../../../engine/flapi/session.ts';
import type { Misbehaviour } from '../../stand-ins/flapid/misbehaviour.ts';
import { type StandInServer, serveStandIn } from '../../stand-ins/flapid/server.ts';

const LOGIN = { username: 'svc', token: '0123456789abcdef0123456789abcdef' };
const servers: StandInServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(wrong: Misbehaviour, login: FlapiLogin | null): Promise<StandInServer> {
  const server = await serveStandIn(wrong, login);
  servers.push(server);
  return server;
}

async function connect(
  wrong: Misbehaviour = {},
  login: FlapiLogin | null = null,
  expected: FlapiLogin | null = login,
) {
  const server = await serve(wrong, expected);
  // The limit of a real installation: on a busy machine megabytes take seconds to be masked, sent and sent back.
  const options = { signal: new AbortController().signal, callTimeoutMs: FLAPI_TIMES.callMs };
  return {
    server,
    connection: await FlapiConnection.open({ host: '127.0.0.1', port: server.port, login }, options),
  };
}

describe('a connection to flapid', () => {
  it('answers find their calls in whatever order they come', async () => {
    const { connection } = await connect({ shuffled: true });
    const answers = await Promise.all([
      connection.call('Application.get_application_info', null, {}),
      connection.call('FormatSet.global_formats', null, {}),
      connection.call('Application.get_sdk_versions', null, {}),
    ]);
    expect(answers).toMatchObject([
      { Product: 'baselight' },
      { _handle: 'FormatSet' },
      [{ Version: '1.2.3' }, {}],
    ]);
    connection.close();
  });

  it('a signal that waits for its result gets one', async () => {
    const { connection, server } = await connect({ chatter: true });
    await connection.call('Application.get_application_info', null, {});
    await connection.call('Application.get_application_info', null, {});
    expect(server.results).toContainEqual({ sigid: 9, result: null });
    connection.close();
  });

  it('the token is taken, or refused in words', async () => {
    const { connection } = await connect({}, LOGIN);
    expect(await connection.call('FormatSet.global_formats', null, {})).toMatchObject({
      _handle: 'FormatSet',
    });
    connection.close();
    const wrong = connect({}, { ...LOGIN, token: 'f'.repeat(32) }, LOGIN);
    await expect(wrong).rejects.toMatchObject({
      code: 'refused-by-rule',
      message: expect.stringContaining('svc'),
    });
  });

  it('what was given back is gone', async () => {
    const { connection } = await connect();
    const formats = (await connection.call('FormatSet.global_formats', null, {})) as { _id: number };
    connection.forget(formats._id);
    await expect(connection.call('FormatSet.get_format_names', formats._id, {})).rejects.toThrow(
      'there is no object',
    );
    connection.close();
  });

  it('frames of many megabytes come through', async () => {
    const { connection } = await connect();
    const long = 'x'.repeat(8_000_000);
    await expect(
      connection.call('SequenceDescriptor.get_for_file', null, { filepath: `/${long}` }),
    ).rejects.toThrow('cannot open');
    connection.close();
  });

  it('calls fail once the connection is closed, and nobody listening is told so', async () => {
    const { connection, server } = await connect();
    server.close();
    await expect(connection.call('FormatSet.global_formats', null, {})).rejects.toMatchObject({
      code: 'tool-failed',
    });
    const away = FlapiConnection.open(
      { host: '127.0.0.1', port: server.port, login: null },
      { signal: new AbortController().signal },
    );
    await expect(away).rejects.toMatchObject({ code: 'service-away' });
  });
});

describe('the stand-in', () => {
  it.each(['node-client', 'python-client'])(
    'takes and answers the recorded frames of the %s',
    async (name) => {
      const server = await serve({}, LOGIN);
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
      const come: unknown[] = [];
      socket.on('message', (data) => come.push(JSON.parse(String(data))));
      await new Promise((resolve) => socket.once('open', resolve));
      const lines = readFileSync(join(import.meta.dirname, '../captured', `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n');
      for (const { from, frame, match } of lines.map((line) => JSON.parse(line))) {
        if (from === 'client') socket.send(JSON.stringify(frame));
        else {
          await expect.poll(() => come.length, { interval: 2 }).toBeGreaterThan(0);
          const got = come.shift();
          if (match) expect(got).toMatchObject(match);
          else expect(got).toEqual(frame);
        }
      }
      socket.close();
    },
  );
});
