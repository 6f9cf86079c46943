import { readdirSync } from 'node:fs';
import { ensureTools } from '../../setup/tools.mjs';
import { discardTestState, makeTestState } from '../support/test-state.ts';

/** Every measurement there is: a file beside this one that exports `run`. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.replace(/\.ts$/, ''));

const asked = process.argv.slice(2).filter((word) => word !== '--');
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement ${unknown.join(', ')}: ${names.join(', ')}.\n`);
  process.exit(2);
}

await ensureTools({ for: 'bench', log: (line) => process.stderr.write(`${line}\n`) });
process.env.RUSHES_TEST_STATE = makeTestState();
try {
  for (const name of asked.length > 0 ? asked : names) {
    process.stdout.write(`\n== ${name}\n`);
    const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<void> };
    await run();
  }
} finally {
  await discardTestState(process.env.RUSHES_TEST_STATE);
}
process.exit(0);
