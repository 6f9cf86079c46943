import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file and folder of a card with size and times: also a file that was opened for writing would show. */
export function cardListing(card: string): string[] {
  const names = readdirSync(card, { recursive: true, encoding: 'utf8' }).sort();
  return ['', ...names].map((name) => {
    const { size, mtimeMs, ctimeMs } = statSync(join(card, name));
    return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
  });
}
