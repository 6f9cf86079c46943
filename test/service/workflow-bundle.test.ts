import { mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleWorkflows } from '../../service/workflow-bundle.ts';
import { checkoutDir } from '../../setup/places.mjs';

let folder: string;
let at: { entry: string; keptAt: string };
beforeEach(async () => {
  // Never in the checkout: what lies there for a moment is read by the checks of the tree that run beside this file.
  folder = await realpath(await mkdtemp(join(tmpdir(), 'rushes-bundle-')));
  // A workflow is bundled with the SDK's packages.
  await symlink(join(checkoutDir, 'node_modules'), join(folder, 'node_modules'));
  at = { entry: join(folder, 'workflows.ts'), keptAt: join(folder, 'kept', 'bundle.json') };
  await writeFile(
    at.entry,
    "import { word } from './word.ts';\nexport async function say() { return word; }\n",
  );
  await writeWord('first');
});
afterEach(() => rm(folder, { recursive: true }));

const writeWord = (word: string) =>
  writeFile(join(folder, 'word.ts'), `export const word: string = '${word}';\n`);
const whenKept = async () => (await stat(at.keptAt)).ino;

test('a bundle of unchanged workflows is made once', async () => {
  const made = await bundleWorkflows(at);
  const kept = await whenKept();
  expect(made.code).toContain("'first'");
  expect(await bundleWorkflows(at)).toEqual(made);
  expect(await whenKept()).toBe(kept);
});

test('a change in any file of a bundle makes it anew', async () => {
  await bundleWorkflows(at);
  await writeWord('second');
  const { code } = await bundleWorkflows(at);
  expect(code).toContain("'second'");
  expect(code).not.toContain("'first'");
});

test('a kept bundle that was altered or cut is not used', async () => {
  const made = await bundleWorkflows(at);
  const kept = await readFile(at.keptAt, 'utf8');
  await writeFile(at.keptAt, kept.replaceAll("'first'", "'other'"));
  expect(await bundleWorkflows(at)).toEqual(made);
  await writeFile(at.keptAt, kept.slice(0, kept.length / 2));
  expect(await bundleWorkflows(at)).toEqual(made);
});

test('where nothing can be kept, a bundle is made all the same', async () => {
  await writeFile(join(folder, 'kept'), 'a file in the way');
  expect((await bundleWorkflows(at)).code).toContain("'first'");
});
