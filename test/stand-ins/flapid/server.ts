import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { factoryFormats, Refusal } from './beings.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import { World } from './world.ts';

/** A stand-in flapid that listens. */
export type StandInServer = {
  port: number;
  worlds: World[];
  results: unknown[];
  close(): void /** Cuts every connection and stays. */;
  cut(): void;
};

type Request = Record<string, unknown> & {
  id?: unknown;
  method?: unknown;
  target?: unknown;
  params?: unknown;
};

/**
 * Speaks FLAPI's protocol as the captured frames show it, strictly: what is not in the table is an error.
 * @param login null: launched, takes no `connect`; else the one name and token that are taken
 */
export function serveStandIn(
  wrong: Misbehaviour,
  login: { username: string; token: string } | null,
  onClose: () => void = () => {},
): Promise<StandInServer> {
  return new Promise((resolve) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: 64 * 1024 * 1024 });
    const worlds: World[] = [];
    const formats = factoryFormats();
    const results: unknown[] = [];
    server.on('connection', (socket) => {
      const world = new World(wrong, formats);
      worlds.push(world);
      converse(socket, world, wrong, login, results);
      socket.on('close', () => {
        world.stop();
        onClose();
      });
    });
    server.on('listening', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        worlds,
        results,
        cut: () => {
          for (const client of server.clients) client.terminate();
        },
        close: () => {
          for (const client of server.clients) client.terminate();
          server.close();
        },
      }),
    );
  });
}

function converse(
  socket: WebSocket,
  world: World,
  wrong: Misbehaviour,
  login: { username: string; token: string } | null,
  results: unknown[],
): void {
  let isIn = login === null;
  let held: (() => void) | null = null;
  let turn = Promise.resolve();
  const send = (message: object) => {
    if (wrong.chatter) {
      socket.send(
        JSON.stringify({
          jsonrpc: '2.0',
          method: 'signal',
          target: 1,
          params: { signal: 'X', args: null, sigid: 9, sync: 1 },
        }),
      );
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 999_999, result: 1 }));
      socket.send(Buffer.from([1, 2, 3]));
    }
    const go = () => socket.send(JSON.stringify(message));
    if (wrong.shuffled && held === null) {
      held = go;
      setTimeout(() => {
        held?.();
        held = null;
      }, 30);
    } else if (held) {
      go();
      held();
      held = null;
    } else setTimeout(go, wrong.slowMs ?? 0);
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(1003);
    const request = JSON.parse(String(data)) as Request;
    const answer = (content: object) => {
      if (request.id !== undefined) send({ jsonrpc: '2.0', id: request.id, ...content });
    };
    const { method } = request;
    if (method === 'connect') {
      isIn = login === null || (request.username === login.username && request.token === login.token);
      return answer({ result: isIn ? 1 : 0 });
    }
    if (!isIn) return answer({ error: { code: 1, message: 'not connected' } });
    if (method === wrong.silent) return;
    if (wrong.closes && method === wrong.closes.method)
      return socket.close(wrong.closes.code, wrong.closes.reason);
    if (method === wrong.garbage) return socket.send('{"jsonrpc": "2.0", "id": 5, "resul');
    if (method === 'signal_result') return void results.push(request.params);
    if (wrong.errors && wrong.errors.method === method)
      return answer(shaped(wrong.errors.text, wrong.errors.shape));
    const act = async () => {
      try {
        answer({ result: (await perform(world, request)) ?? null });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer(shaped(error.message, 'client'));
      }
    };
    // One after the other where it answers nothing while it renders; else as they come.
    if (wrong.blocksInStart) turn = turn.then(act);
    else void act();
  });
}

function perform(world: World, { method, target, params }: Request): unknown {
  if (method === 'forget') return world.forget(target as number);
  if (method === 'connect_signal') {
    if (!world.has(target as number)) throw new Refusal(`there is no object ${String(target)}`);
    return null;
  }
  return world.call(String(method), target, params);
}

function shaped(text: string, shape: 'client' | 'prose'): object {
  return shape === 'client' ? { error: { code: -1, message: text } } : { code: 1234, error: text };
}
