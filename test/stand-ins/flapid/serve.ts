import type { Misbehaviour } from './misbehaviour.ts';
import { serveStandIn } from './server.ts';

/** A flapid that runs already, for whoever has the token; says its port on standard output. */
const { STAND_IN = '{}', LOGIN = 'null' } = process.env;
const server = await serveStandIn(JSON.parse(STAND_IN) as Misbehaviour, JSON.parse(LOGIN));
process.stdout.write(`${server.port}\n`);
