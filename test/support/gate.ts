import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.ts';

/** Whether a request is one of those that are counted and held: `PUT`, `/studio-work/frames/…/00000004.exr?…`. */
export type Matches = (method: string, path: string) => boolean;

/**
 * A way to an S3 server on which a test stops the work where it wants to meet it: what waits here cannot go on, however long
 * the test itself is kept from looking.
 */
export type Gate = {
  port: number;
  /** Lets this many matching requests pass from now on, and keeps the later ones until `open`. */
  hold(matches: Matches, passing: number): void;
  /** Requests that wait here, and whose sender still does. */
  waiting(): number;
  /** Waits until a request waits here, and every one that passed is answered. */
  untilHeld(): Promise<void>;
  /** Waits until every request that passed is answered or given up: what stands behind it then does not change. */
  untilQuiet(): Promise<void>;
  /** Lets pass what waits and all that comes. */
  open(): void;
  close(): void;
};

/** Opens a gate before a server of this machine. The test closes it. */
export async function startGate(behind: number): Promise<Gate> {
  let held: { matches: Matches; left: number } | null = null;
  let waiting: { to: ServerResponse; pass: () => void }[] = [];
  let underway = 0;
  const forward = (from: IncomingMessage, to: ServerResponse) => {
    underway += 1;
    const { expect: _, ...headers } = from.headers;
    const path = String(from.url);
    const target = { host: '127.0.0.1', port: behind, method: String(from.method), path, headers };
    const onward = request({ ...target, agent: false, setHost: false }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(to).once('close', () => onward.destroy());
      answer.once('error', () => to.destroy());
    });
    onward.once('error', () => to.destroy()).once('close', () => (underway -= 1));
    to.once('close', () => onward.destroy());
    from.pipe(onward);
  };
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, (from, to) => {
    // One that is cut off is told by its end.
    for (const each of [from, to]) each.on('error', () => undefined);
    if (!held?.matches(String(from.method), String(from.url)) || held.left-- > 0) return forward(from, to);
    waiting.push({ to, pass: () => forward(from, to) });
    to.once('close', () => {
      waiting = waiting.filter((one) => one.to !== to);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const isQuiet = () => underway === 0;
  return {
    port: (server.address() as AddressInfo).port,
    hold: (matches, passing) => {
      held = { matches, left: passing };
    },
    waiting: () => waiting.length,
    untilHeld: async () =>
      void (await until('a request that is held', () => waiting.length > 0 && isQuiet())),
    untilQuiet: async () => void (await until('the end of all requests', isQuiet)),
    open: () => {
      held = null;
      for (const { pass } of waiting.splice(0)) pass();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
