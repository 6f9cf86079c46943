import WebSocket, { type ClientOptions } from 'ws';
import { PipelineError } from '../../schemas/failure.ts';
import { errorText, serverFailure, shortened } from './server-error.ts';
import { type HandleId, ServerMessage } from './wire.ts';

/** Who we are to a flapid that was not launched by us. @see docs/add-an-engine.md */
export type FlapiLogin = { username: string; token: string };

/** Where and how to connect. */
export type FlapiAddress = {
  host: string;
  port: number;
  /** null: launched by us, which takes no `connect`. */
  login: FlapiLogin | null;
};

/** What a signal of an object brings. */
export type SignalHandler = (args: unknown) => unknown;

/** A server that does not answer the closing of the socket is left after this time: its connection would stay open for ever. */
const CLOSING_MS = 2000;
/** Metadata of a whole clip comes in one message. Half of the longest text that this Node can hold: a longer one would end the process. */
const MOST_BYTES = 2 ** 28;

// The option is newer than the package's types.
const SOCKET = { closeTimeout: CLOSING_MS, maxPayload: MOST_BYTES } as ClientOptions;

type Waiting = {
  method: string;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  timer: NodeJS.Timeout | undefined;
};

/**
 * One connection to a flapid: calls by id in any order of answers, signals, and objects that are given back. Large
 * frames are taken as they come. Whoever opens it closes it. After any fault of the protocol every call fails.
 */
export class FlapiConnection {
  #socket: WebSocket;
  #nextId = 1;
  #waiting = new Map<number, Waiting>();
  #signals = new Map<string, SignalHandler>();
  #broken: unknown;
  #binaryFrames = 0;
  #callTimeoutMs: number;

  private constructor(socket: WebSocket, callTimeoutMs: number) {
    this.#socket = socket;
    this.#callTimeoutMs = callTimeoutMs;
    socket.addEventListener('message', ({ data }) => {
      try {
        this.#take(data);
      } catch (error) {
        // Thrown from here it would end the process; told to the calls it ends the job.
        this.#break(error);
        socket.close();
      }
    });
    let fault = '';
    socket.addEventListener('error', ({ message }) => {
      fault = message;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      const why = [reason ? shortened(reason) : '', fault].filter((each) => each !== '');
      const text = `closed the connection (code ${[code, ...why].join(': ')})`;
      this.#break(serverFailure('flapid', text, { tool: 'flapid', code }));
    });
  }

  /**
   * Connects, and logs in where a login is needed.
   * @throws PipelineError service-away when nobody answers, refused-by-rule when the token is not taken
   */
  static async open(
    address: FlapiAddress,
    options: { signal: AbortSignal; callTimeoutMs?: number; openTimeoutMs?: number },
  ): Promise<FlapiConnection> {
    const { signal, callTimeoutMs = 60_000, openTimeoutMs = callTimeoutMs } = options;
    const url = `ws://${address.host}:${address.port}/`;
    const socket = new WebSocket(url, SOCKET);
    await opened(socket, url, signal, openTimeoutMs);
    const connection = new FlapiConnection(socket, callTimeoutMs);
    if (address.login) {
      const { username, token } = address.login;
      await connection.#login(username, token).catch((error: unknown) => {
        connection.close();
        throw error;
      });
    }
    return connection;
  }

  /**
   * Calls a static method (`target` null) or one of an object.
   * @param options.timeoutMs how long to wait for the answer; null: as long as the connection lasts. @default of the connection
   * @throws PipelineError tool-failed, tool-stalled, capacity
   */
  call(
    method: string,
    target: HandleId | null,
    params: Record<string, unknown>,
    options: { timeoutMs?: number | null } = {},
  ): Promise<unknown> {
    const { timeoutMs = this.#callTimeoutMs } = options;
    return this.#send(method, { method, target, params }, timeoutMs);
  }

  /** Gives an object back; no answer is asked for, as FilmLight's Node client does it. */
  forget(target: HandleId): void {
    if (this.#broken === undefined)
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'forget', target }));
  }

  /** Listens to a signal of an object. What the handler answers is sent back when the server waits for it. */
  async onSignal(target: HandleId, signal: string, handler: SignalHandler): Promise<void> {
    this.#signals.set(`${target}/${signal}`, handler);
    await this.#send('connect_signal', { method: 'connect_signal', target, params: { signal } });
  }

  /** Why every call fails now; undefined while the connection stands. */
  get broken(): unknown {
    return this.#broken;
  }

  /** Closes the socket; open calls fail. */
  close(): void {
    this.#break(new PipelineError('ended', 'the connection to flapid was closed', { tool: 'flapid' }));
    this.#socket.close();
  }

  async #login(username: string, token: string): Promise<void> {
    // Source: captured handshake; the fields stand at top level, and anything but 1 is a refusal.
    const result = await this.#send('connect', { method: 'connect', username, password: null, token }).catch(
      (error: unknown) => {
        if (error instanceof PipelineError && error.facts.said !== undefined && error.code !== 'capacity')
          return error.message;
        throw error;
      },
    );
    if (result !== 1)
      throw new PipelineError(
        'refused-by-rule',
        `flapid does not take the token of ${username}: ${String(result)}`,
        {
          username,
        },
      );
  }

  #send(
    name: string,
    message: Record<string, unknown>,
    timeoutMs: number | null = this.#callTimeoutMs,
  ): Promise<unknown> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(id);
        const facts = { tool: 'flapid', method: name, afterMs: timeoutMs, binaryFrames: this.#binaryFrames };
        const but =
          this.#binaryFrames === 0
            ? ''
            : `; it sent ${this.#binaryFrames} binary frames, which its protocol has not`;
        reject(
          new PipelineError('tool-stalled', `flapid did not answer ${name} in ${timeoutMs} ms${but}`, facts),
        );
      };
      const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs);
      this.#waiting.set(id, { method: name, resolve, reject, timer });
      this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...message }));
    });
  }

  #take(data: unknown): void {
    // Nothing binary is defined on the socket; official clients pass over it.
    if (typeof data !== 'string') {
      this.#binaryFrames++;
      return;
    }
    const message = parse(data);
    if (message === null) {
      const start = data.slice(0, 80);
      this.#break(
        new PipelineError('tool-failed', `flapid sent what is not its protocol: ${JSON.stringify(start)}`, {
          tool: 'flapid',
          start,
        }),
      );
      this.#socket.close();
      return;
    }
    if (message.method === 'signal') void this.#signal(message);
    else {
      const id = idOf(message.id);
      if (id !== null) this.#answer(id, message);
    }
  }

  #answer(id: number, message: ServerMessage): void {
    const waiting = this.#waiting.get(id);
    // An answer nobody waits for is passed over, as official clients do: it may be to a call that timed out.
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    const text = errorText(message);
    if (text !== null)
      waiting.reject(serverFailure(waiting.method, text, { tool: 'flapid', method: waiting.method }));
    else waiting.resolve(message.result ?? null);
  }

  async #signal(message: ServerMessage): Promise<void> {
    // One official client reads the fields at top level, the others in `params`.
    const params = (message.params ?? message) as Record<string, unknown>;
    const handler = this.#signals.get(`${String(message.target)}/${String(params.signal)}`);
    let result: unknown = null;
    try {
      result = (await handler?.(params.args)) ?? null;
    } catch (error) {
      this.#break(error);
    }
    // A synchronous signal holds the server back until it is answered, also where nobody here listens.
    if ((params.sync === 1 || params.sync === true) && this.#broken === undefined)
      this.#socket.send(
        JSON.stringify({
          jsonrpc: '2.0',
          method: 'signal_result',
          target: message.target ?? null,
          params: { sigid: params.sigid, result },
        }),
      );
  }

  #break(reason: unknown): void {
    if (this.#broken !== undefined) return;
    this.#broken = reason;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.#waiting.clear();
  }
}

/** An id that was made text on the way is still ours; anything else is nobody's. */
function idOf(id: unknown): number | null {
  const isId = typeof id === 'number' || (typeof id === 'string' && /^\d+$/.test(id));
  return isId ? Number(id) : null;
}

function parse(text: string): ServerMessage | null {
  try {
    return ServerMessage.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function opened(socket: WebSocket, url: string, signal: AbortSignal, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // One that is ended while it connects tells an error again; without a listener that would end the process.
    socket.addEventListener('error', () => {});
    const away = () => {
      socket.terminate();
      reject(new PipelineError('service-away', `no flapid answers at ${url}`, { url }));
    };
    const timer = setTimeout(away, timeoutMs);
    const onAbort = () => {
      socket.terminate();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (then: () => void) => () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      then();
    };
    socket.addEventListener('open', settle(resolve), { once: true });
    socket.addEventListener('error', settle(away), { once: true });
  });
}
