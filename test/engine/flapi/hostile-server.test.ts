import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { flapiVersions } from '../../../engine/flapi/capabilities.ts';
import { FlapiConnection } from '../../../engine/flapi/connection.ts';
import { FLAPI_TIMES, type FlapiSession } from '../../../engine/flapi/session.ts';
import { watchRender } from '../../../engine/flapi/watch-render.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Answer = (socket: WebSocket, request: { id: number; method: string }, all: unknown[]) => void;

/** A server that says whatever a test wants said. */
async function connectTo(answer: Answer) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 256 * 2 ** 20 });
  const heard: unknown[] = [];
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const request = JSON.parse(String(data));
      heard.push(request);
      answer(socket, request, heard);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  ends.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const connection = await FlapiConnection.open(
    { host: '127.0.0.1', port, login: null },
    { signal: new AbortController().signal, callTimeoutMs: 60_000 },
  );
  ends.push(() => connection.close());
  return { connection, heard };
}

const ask = (connection: FlapiConnection) => connection.call('Application.get_application_info', null, {});
const json = (value: unknown) => JSON.stringify(value);
const sendAll = (socket: WebSocket, messages: (string | Buffer)[]) => {
  for (const message of messages) socket.send(message);
};

describe('errors in whatever shape', () => {
  it.each<[string, object, RegExp]>([
    ['as clients read it', { error: { code: -1, message: 'no codec' } }, /: no codec$/],
    ['as the prose shows it', { code: 1234, error: 'no codec' }, /: no codec$/],
    ['nested', { error: { error: 'no codec' } }, /: no codec$/],
    ['without a message', { error: { code: 7, data: { hint: 'codec' } } }, /"code":7/],
    ['with a message that is no text', { error: { message: null, code: 8 } }, /"code":8/],
    [
      'with the cause beside the message',
      { error: { message: 'failed', data: 'no codec' } },
      /: failed \(no codec\)$/,
    ],
    ['empty', { error: '' }, /an error without words/],
    ['beside a result', { result: null, error: { message: 'no codec' } }, /: no codec$/],
    [
      'with fields nobody knows',
      { error: { message: 'no codec', stack: ['a'] }, extra: { x: 1 } },
      /: no codec$/,
    ],
  ])('%s', async (_, content, words) => {
    const { connection } = await connectTo((socket, { id }) =>
      socket.send(json({ jsonrpc: '2.0', id, ...content })),
    );
    await expect(ask(connection)).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringMatching(words),
    });
  });

  it('nested deeper than can be written are told as such, and nothing else breaks', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const { connection } = await connectTo((socket, { id }) =>
      socket.send(id === 1 ? `{"id":1,"error":{"data":${deep}}}` : json({ id, result: 'still here' })),
    );
    await expect(ask(connection)).rejects.toThrow('nested too deeply');
    expect(await ask(connection)).toBe('still here');
  });

  it('of megabytes are cut to what a history can hold, and looked at quickly', async () => {
    const { connection } = await connectTo((socket, { id }) =>
      socket.send(json({ id, error: { message: `${'x'.repeat(6_000_000)} licence` } })),
    );
    const error = await ask(connection).catch((each: unknown) => each as Error & { facts: object });
    expect((error as Error).message.length).toBeLessThan(3000);
    expect(json((error as { facts: object }).facts).length).toBeLessThan(3000);
  });
});

describe('answers that are not as the captured ones', () => {
  it.each<[string, Answer]>([
    [
      'to nobody, then to us',
      (s, { id }) =>
        sendAll(
          s,
          [id + 500, -1, null, 'x', id].map((to) => json({ id: to, result: { at: to } })),
        ),
    ],
    [
      'twice',
      (s, { id }) =>
        sendAll(
          s,
          [1, 2].map(() => json({ id, result: { at: id } })),
        ),
    ],
    ['with the id as text', (s, { id }) => s.send(json({ id: String(id), result: { at: id } }))],
    [
      'with fields nobody knows, and no version',
      (s, { id }) => s.send(json({ id, took: 3, result: { at: id }, target: 'x' })),
    ],
    [
      'after messages of no known kind',
      (s, { id }) =>
        sendAll(s, [{}, { method: 7 }, { method: 'tick', params: [] }, { id, result: { at: id } }].map(json)),
    ],
    [
      'after binary frames',
      (s, { id }) => sendAll(s, [Buffer.from([0, 255]), json({ id, result: { at: id } })]),
    ],
    [
      'between pings',
      (s, { id }) => {
        s.ping('are you there');
        s.pong();
        s.send(json({ id, result: { at: id } }));
        s.ping();
      },
    ],
    [
      'in many fragments',
      (s, { id }) => {
        const text = json({ id, result: { at: id, more: 'ü'.repeat(5000) } });
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += 997)
          s.send(bytes.subarray(at, at + 997), { fin: at + 997 >= bytes.length, binary: false });
      },
    ],
  ])('%s', async (_, answer) => {
    const { connection } = await connectTo(answer);
    const [one, two] = await Promise.all([ask(connection), ask(connection)]);
    expect(one).toMatchObject({ at: 1 });
    expect(two).toMatchObject({ at: 2 });
  });

  it('in the opposite order', async () => {
    const { connection } = await connectTo((socket, _, heard) => {
      if (heard.length === 20)
        for (const { id } of (heard as { id: number }[]).toReversed()) socket.send(json({ id, result: id }));
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(connection)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
  });

  it.each(['{"jsonrpc": "2.0", "id": 1, "resul', '[]', '7', 'null', '', '\u0000'])(
    'text that is no message, %j, is told as such and ends the connection',
    async (text) => {
      const { connection } = await connectTo((socket) => socket.send(text));
      await expect(ask(connection)).rejects.toThrow('what is not its protocol');
      await expect(ask(connection)).rejects.toThrow('what is not its protocol');
    },
  );

  it.each<[number, string, string, RegExp]>([
    [1000, '', 'tool-failed', /code 1000/],
    [1011, 'internal error', 'tool-failed', /code 1011: internal error/],
    [1008, 'no licence free', 'capacity', /licence/],
  ])('a close with %i is told with its reason', async (code, reason, as, words) => {
    const { connection } = await connectTo((socket) => socket.close(code, reason));
    await expect(ask(connection)).rejects.toMatchObject({ code: as, message: expect.stringMatching(words) });
  });

  it('a connection that is cut is told as code 1006', async () => {
    const { connection } = await connectTo((socket) => socket.terminate());
    await expect(ask(connection)).rejects.toThrow('code 1006');
  });
});

describe('signals', () => {
  it('of objects nobody knows, in either shape, are answered when the server waits for it', async () => {
    const { connection, heard } = await connectTo((socket, { id, method }) => {
      if (method === 'signal_result') return;
      socket.send(
        json({ method: 'signal', target: 4711, params: { signal: 'X', args: {}, sigid: 1, sync: 1 } }),
      );
      socket.send(json({ method: 'signal', target: 4712, signal: 'Y', args: [], sigid: 2, sync: 1 }));
      socket.send(json({ method: 'signal', target: null, params: null }));
      socket.send(json({ id, result: 'all the same' }));
    });
    expect(await ask(connection)).toBe('all the same');
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.slice(1)).toMatchObject([{ params: { sigid: 1, result: null } }, { params: { sigid: 2 } }]);
  });

  it('whose handler fails end the connection loudly, and nothing is left unhandled', async () => {
    const { connection } = await connectTo((socket, { id, method }) => {
      socket.send(json({ id, result: null }));
      if (method === 'connect_signal')
        socket.send(
          json({ method: 'signal', target: 5, params: { signal: 'Done', args: 1, sigid: 1, sync: 1 } }),
        );
    });
    await connection.onSignal(5, 'Done', () => {
      throw new Error('handler broke');
    });
    await expect.poll(() => ask(connection).catch((error: Error) => error.message)).toBe('handler broke');
  });
});

/** A session whose progress is told from a list; the last one stays. */
function sessionOf(statuses: object[]): FlapiSession {
  let at = 0;
  const tell = async (_: unknown, method: string) =>
    method === 'RenderProcessor.get_log'
      ? [{ Type: 'fail', Message: 'm'.repeat(3_000_000), Detail: null, Frame: 3 }]
      : { _type: 'RenderStatus', Error: null, ...statuses[Math.min(at++, statuses.length - 1)] };
  return {
    tell,
    ask: tell as never,
    object: () => ({ _handle: 'x', _id: 1 }),
    ended: new Promise(() => {}),
  } as never;
}
const active = (Complete: number, Progress: number | null) => ({
  Status: 'Active',
  Total: 10,
  Complete,
  Progress,
  Failed: 0,
});
const watch = (statuses: object[], times: object) =>
  watchRender(
    sessionOf(statuses),
    { _handle: 'RenderProcessor', _id: 1 },
    { ...FLAPI_TIMES, pollMs: 5, ...times },
    { take: async () => 0, left: () => 10, hasStarted: () => true },
  );

describe('progress', () => {
  it('that goes back and forth is no progress', async () => {
    const swinging = Array.from({ length: 400 }, (_, k) => active(3 + (k % 2), 0.3 + 0.1 * (k % 2)));
    await expect(watch(swinging, { stalledMs: 150 })).rejects.toMatchObject({ code: 'tool-stalled' });
  });

  it('that stays at 100 % ends after its own time', async () => {
    await expect(watch([active(10, 1)], { finishingMs: 60 })).rejects.toThrow('at 100 %');
  });

  it('without a figure, or without a count of failures, is taken', async () => {
    const vague = { Status: 'Active', Total: 10, Complete: 1, Progress: null };
    await watch([vague, { Status: 'Done', Total: 10, Complete: 10 }], {});
  });

  it.each(['Crashed', 'Stopped', 'Failed', 'Too New', 'Exploded'])(
    'the state %s is a failure',
    async (Status) => {
      await expect(watch([{ ...active(2, 0.2), Status }], {})).rejects.toMatchObject({ code: 'tool-failed' });
    },
  );

  it('a log of megabytes is cut to what a history can hold', async () => {
    const error = await watch([{ ...active(2, 0.2), Failed: 1 }], {}).catch((each: unknown) => each);
    expect(json((error as { facts: object }).facts).length).toBeLessThan(6000);
    expect((error as Error).message.length).toBeLessThan(3000);
  });
});

it('versions are taken in whatever form they come', async () => {
  const answers: Record<string, unknown> = {
    'Application.get_application_info': {
      Product: null,
      Name: 'Baselight',
      Major: 7,
      Minor: '0',
      Extra: { a: 1 },
      Build: null,
    },
    'Application.get_sdk_versions': [
      { Key: 'r3d', Name: '', Version: 8.5 },
      { Key: 'x', Name: 'X', Version: null },
    ],
  };
  const session = { ask: async (method: string) => answers[method] } as unknown as FlapiSession;
  expect(await flapiVersions(session)).toEqual({ Baselight: '7.0', 'sdk:r3d': '8.5', 'sdk:X': 'unknown' });
});
