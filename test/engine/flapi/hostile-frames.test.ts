import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { FlapiConnection } from '../../../engine/flapi/connection.ts';
import { FLAPI_TIMES, withFlapi } from '../../../engine/flapi/session.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A server of bare TCP: says what it likes to the upgrade request, then gets each frame's text. */
async function bareServer(
  upgrade: (key: string, socket: Socket) => void,
  heard: (text: string, socket: Socket) => void = () => {},
): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    let isUp = false;
    socket.on('data', (data) => {
      if (!isUp) {
        isUp = true;
        upgrade(/Sec-WebSocket-Key: (\S+)/i.exec(data.toString('latin1'))?.[1] ?? '', socket);
      } else for (const text of textsOf(data)) heard(text, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, sockets };
}

const accept =
  (more = '') =>
  (key: string, socket: Socket) => {
    const digest = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${digest}\r\n${more}\r\n`,
    );
  };

/** Texts of a client's small frames, which are masked. Source: RFC 6455, 5.2. */
function textsOf(data: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 6 <= data.length; ) {
    const short = data[at + 1]! & 0x7f;
    const [length, head] = short === 126 ? [data.readUInt16BE(at + 2), 4] : [short, 2];
    const mask = data.subarray(at + head, at + head + 4);
    const body = Buffer.from(data.subarray(at + head + 4, at + head + 4 + length));
    body.forEach((byte, k) => {
      body[k] = byte ^ mask[k % 4]!;
    });
    if ((data[at]! & 0x0f) === 1) texts.push(body.toString());
    at += head + 4 + length;
  }
  return texts;
}

/** A frame as a server sends it; `first` is its first byte: final bit, reserved bits, kind. */
function frame(first: number, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const head =
    bytes.length < 126 ? [first, bytes.length] : [first, 126, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}

const reply = (text: string, result: unknown = 'good') =>
  JSON.stringify({ jsonrpc: '2.0', id: (JSON.parse(text) as { id: number }).id, result });
const open = (port: number, more: { callTimeoutMs?: number; openTimeoutMs?: number } = {}) =>
  FlapiConnection.open(
    { host: '127.0.0.1', port, login: null },
    { signal: new AbortController().signal, callTimeoutMs: 60_000, ...more },
  );
const ask = (connection: FlapiConnection) => connection.call('Application.get_application_info', null, {});

describe('frames in every form that the protocol of sockets allows', () => {
  it.each<[string, (text: string) => Buffer[]]>([
    ['one byte at a time', (text) => [...frame(0x81, reply(text))].map((byte) => Buffer.from([byte]))],
    [
      'in three fragments with a ping between them',
      (text) => {
        const whole = reply(text);
        return [
          frame(0x01, whole.slice(0, 5)),
          frame(0x89, 'ping'),
          frame(0x00, whole.slice(5, 9)),
          frame(0x80, whole.slice(9)),
        ];
      },
    ],
    ['behind an empty pong that nobody asked for', (text) => [frame(0x8a, ''), frame(0x81, reply(text))]],
    [
      'two in one packet, the first to nobody',
      (text) => [Buffer.concat([frame(0x81, '{"id":4711,"result":1}'), frame(0x81, reply(text))])],
    ],
  ])('%s', async (_, frames) => {
    const { port } = await bareServer(accept(), (text, socket) => {
      for (const each of frames(text)) socket.write(each);
    });
    const connection = await open(port);
    expect(await ask(connection)).toBe('good');
    connection.close();
  });

  it('compressed, where client and server agreed on it', async () => {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: { threshold: 0 },
      maxPayload: 2 ** 24,
    });
    ends.push(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    server.on('connection', (socket) =>
      socket.on('message', (data) => socket.send(reply(String(data), 'x'.repeat(3_000_000)))),
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const connection = await open((server.address() as { port: number }).port);
    expect(String(await ask(connection))).toHaveLength(3_000_000);
    connection.close();
  });
});

describe('what is no frame of the protocol ends the connection in words, and soon', () => {
  it.each<[string, (text: string) => Buffer]>([
    ['a frame of a kind that there is not', (text) => frame(0x83, reply(text))],
    ['a reserved bit that nobody agreed on', (text) => frame(0xc1, deflateRawSync(reply(text)))],
    ['text that is not UTF-8', () => frame(0x81, Buffer.from([0x22, 0xff, 0xfe, 0x22]))],
    ['a continuation of nothing', (text) => frame(0x80, reply(text))],
    ['a close in the place of an answer', () => frame(0x88, Buffer.from([0x03, 0xf3]))],
  ])('%s', async (_, answer) => {
    const { port } = await bareServer(accept(), (text, socket) => void socket.write(answer(text)));
    const connection = await open(port);
    const error = await ask(connection).catch((each: unknown) => each as Error);
    expect(error).toMatchObject({
      code: 'tool-failed',
      message: expect.stringMatching(/closed the connection \(code \d+|not its protocol/),
    });
    await expect(ask(connection)).rejects.toBe(error);
  });

  it('a frame longer than any text can be is not begun to be read', async () => {
    const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0x40, 0, 0, 0]);
    const { port } = await bareServer(accept(), (_, socket) => void socket.write(head));
    const connection = await open(port);
    await expect(ask(connection)).rejects.toMatchObject({
      code: 'tool-failed',
      message: expect.stringContaining('Max payload size exceeded'),
    });
  });

  it.each<[string, (text: string) => Buffer, RegExp]>([
    [
      'half a frame and then nothing',
      (text) => frame(0x81, reply(text)).subarray(0, 12),
      /did not answer .* in 2000 ms$/,
    ],
    ['a fragment that is never ended', (text) => frame(0x01, reply(text)), /did not answer .* in 2000 ms$/],
    [
      'an answer in a binary frame',
      (text) => frame(0x82, reply(text)),
      /in 2000 ms; it sent 1 binary frames/,
    ],
  ])('%s is given up after the time of a call', async (_, answer, words) => {
    const { port } = await bareServer(accept(), (text, socket) => void socket.write(answer(text)));
    const connection = await open(port, { callTimeoutMs: 2000 });
    await expect(ask(connection)).rejects.toMatchObject({
      code: 'tool-stalled',
      message: expect.stringMatching(words),
    });
    connection.close();
  });
});

describe('a server that does not let go, or never takes hold', () => {
  it.each<[string, (key: string, socket: Socket) => void]>([
    ['takes the connection and says nothing', () => {}],
    ['is a web server', (_, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')],
    ['has no service', (_, socket) => void socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')],
    ['hangs up at once', (_, socket) => void socket.destroy()],
    ['speaks no HTTP', (_, socket) => void socket.write('flapid 7.0 ready\r\n')],
    ['answers for another key', (_, socket) => accept()('another', socket)],
  ])('one that %s is away', async (_, upgrade) => {
    const { port } = await bareServer(upgrade);
    await expect(open(port, { openTimeoutMs: 500 })).rejects.toMatchObject({
      code: 'service-away',
      message: expect.stringContaining(`ws://127.0.0.1:${port}/`),
    });
  });

  it('one that never answers the closing is left all the same: no socket stays', async () => {
    const { port, sockets } = await bareServer(
      accept(),
      (text, socket) => void socket.write(frame(0x81, reply(text))),
    );
    const place = { kind: 'server' as const, host: '127.0.0.1', port, login: null };
    const options = {
      times: FLAPI_TIMES,
      signal: new AbortController().signal,
      folder: process.env.TMPDIR ?? '/tmp',
    };
    const { answer } = await withFlapi(place, options, (session) =>
      session.ask('Application.get_application_info'),
    );
    expect(answer).toBe('good');
    await expect.poll(() => sockets[0]!.destroyed || sockets[0]!.readableEnded).toBe(true);
  });
});

describe('ids of other kinds', () => {
  it('an answer whose id only looks like ours when it is made a number is nobody’s', async () => {
    const { port } = await bareServer(accept(), (text, socket) => {
      for (const id of [true, [1], '', ' 1', '1.0', { id: 1 }])
        socket.write(frame(0x81, JSON.stringify({ id, result: 'wrong' })));
      socket.write(frame(0x81, reply(text)));
    });
    const connection = await open(port);
    expect(await ask(connection)).toBe('good');
    connection.close();
  });

  it('objects are called by the id that they came with, a text too', async () => {
    const heard: Record<string, unknown>[] = [];
    const { port } = await bareServer(accept(), (text, socket) => {
      heard.push(JSON.parse(text) as Record<string, unknown>);
      if (text.includes('"id"')) socket.write(frame(0x81, reply(text, { _handle: 'Scene', _id: 'scene-7' })));
    });
    const place = { kind: 'server' as const, host: '127.0.0.1', port, login: null };
    const options = { times: FLAPI_TIMES, signal: new AbortController().signal, folder: '/tmp' };
    await withFlapi(place, options, async (session) => {
      const scene = session.object(await session.ask('Scene.create'), 'Scene');
      await session.tell(scene, 'Scene.get_formats');
    });
    await expect.poll(() => heard.length).toBe(3);
    expect(heard.slice(1)).toMatchObject([
      { method: 'Scene.get_formats', target: 'scene-7' },
      { method: 'forget', target: 'scene-7' },
    ]);
  });
});
