import { serveHttp } from '../service/http/server.ts';
import { readArguments, wholeNumber } from './arguments.ts';
import type { Command } from './context.ts';

const USAGE = 'rushes serve [--host 127.0.0.1] [--port 8080]';
const DEFAULT_PORT = 8080;

/** `rushes serve`: the same operations under `/api`, and the web page, until told to stop. */
export const serve: Command = async (args, context) => {
  const { flags } = readArguments(args, { host: { type: 'string' }, port: { type: 'string' } }, USAGE);
  const at = { host: flags.host ?? '127.0.0.1', port: wholeNumber(flags.port, 'port') ?? DEFAULT_PORT };
  const server = await serveHttp(context.configuration(), context.tools(), at);
  context.io.stderr(`Rushes is at ${server.url}\n`);
  await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
  await server.close();
  return 0;
};
