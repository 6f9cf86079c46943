import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Every reader that is fed damaged bytes: a file beside this one that exports `run(count, seed)`. */
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.replace(/\.ts$/, ''));

const USAGE = `usage: npm run fuzz -- [${names.join('|')}]... [--count N] [--seed N]\n`;

function wholeNumber(text: string | undefined): number | undefined {
  if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text)) {
    process.stderr.write(`${text} is not a whole number from 1.\n${USAGE}`);
    process.exit(2);
  }
  return text === undefined ? undefined : Number(text);
}

function asked() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { count: { type: 'string' }, seed: { type: 'string' } },
    });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const { positionals, values } = asked();
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Nothing is fed to ${unknown.join(', ')}.\n${USAGE}`);
  process.exit(2);
}
const [count, seed] = [wholeNumber(values.count), wholeNumber(values.seed)];
for (const name of positionals.length > 0 ? positionals : names) {
  process.stdout.write(`\n== ${name}\n`);
  const { run } = (await import(`./${name}.ts`)) as { run: (count?: number, seed?: number) => Promise<void> };
  await run(count, seed);
}
