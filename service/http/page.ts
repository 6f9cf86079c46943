import { readFileSync } from 'node:fs';

/** The web page: one file, no build. It shows and asks through `/api` only. */
export function page(): string {
  return readFileSync(new URL('./page.html', import.meta.url), 'utf8');
}
