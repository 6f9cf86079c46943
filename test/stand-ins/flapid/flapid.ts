import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { Misbehaviour } from './misbehaviour.ts';
import { serveStandIn } from './server.ts';

/** A flapid to launch: takes exactly the arguments of a launch, and only with every GPU hidden. */
const [slave, monitor, flag, fifo, ...rest] = process.argv.slice(2);
if (slave !== '--slave' || monitor !== '--flmon' || flag !== '--fifo' || !fifo || rest.length > 0)
  refuse(`unexpected arguments: ${process.argv.slice(2).join(' ')}`);
if (process.env.CUDA_VISIBLE_DEVICES !== '') refuse('a GPU could be used');

const told = JSON.parse(process.env.STAND_IN ?? '{}') as Misbehaviour;
// A probe for versions renders nothing: what is to go wrong once goes wrong in a render, see server.ts.
const wrong = told.whileFile !== undefined && !existsSync(told.whileFile) ? {} : told;
if (wrong.refusesToStart) refuse(wrong.refusesToStart);
if (wrong.helperFile) {
  const options = { detached: true, stdio: 'ignore' } as const;
  const helper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300_000)'], options);
  helper.unref();
  writeFileSync(wrong.helperFile, String(helper.pid));
}
if (wrong.immortal) process.on('SIGTERM', () => {});
const server = await serveStandIn(wrong, null, () => {
  if (!wrong.immortal) process.exit(0);
});
if (wrong.port !== 'never') writeFileSync(fifo!, `${wrong.port ?? server.port}\n`);

function refuse(why: string): never {
  process.stderr.write(`flapid: ${why}\n`);
  process.exit(3);
}
