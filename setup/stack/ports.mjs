import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Below the range Linux gives to outgoing connections (32768 up), so that a port kept for later is not taken by chance. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

/** True when nobody listens on this loopback port just now. */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A server that just ended needs a moment to give its port back. */
const GIVING_BACK_MS = 2_000;

/** The wanted port when it is free, else a free one chosen at random; `taken` are given away already. */
export async function freePort(wanted, taken = []) {
  if (wanted && !taken.includes(wanted) && (await becomesFree(wanted))) return wanted;
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No free port between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1.`);
}

async function becomesFree(port) {
  for (const end = Date.now() + GIVING_BACK_MS; ; await sleep(50)) {
    if (await isFree(port)) return true;
    if (Date.now() > end) return false;
  }
}
