import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { CODE_PAGES } from './code-pages.ts';

for (const { file, text } of CODE_PAGES)
  test(`docs/${basename(file)} is what its table says (made by: node test/schemas/code-pages.ts)`, () => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
