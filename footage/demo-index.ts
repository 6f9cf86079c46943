import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeCutList } from './cut-list.ts';
import { demoUses } from './demo-cut.ts';
import type { DemoSet, MadeDemoCard } from './demo-set.ts';

const INDEX = 'demo-set.json';
const CUT_LIST = 'demo.edl';

/** Writes the cut list and, last, the index that makes the set count. Paths in it are relative: the folder is renamed when it is whole. */
export async function writeDemoIndex(home: string, cards: readonly MadeDemoCard[]): Promise<void> {
  const { edl, expected } = makeCutList({
    title: 'RUSHES DEMO',
    rate: { num: 24, den: 1 },
    uses: demoUses(cards),
  });
  await writeFile(join(home, CUT_LIST), edl);
  const index: DemoSet = {
    cards: cards.map((card) => ({ ...card, path: relative(home, card.path) })),
    cutList: { path: CUT_LIST, expected },
  };
  await writeFile(join(home, INDEX), `${JSON.stringify(index, null, 2)}\n`);
}

/** The set in `home`, with absolute paths; null when there is none. */
export async function readDemoIndex(home: string): Promise<DemoSet | null> {
  let text: string;
  try {
    text = await readFile(join(home, INDEX), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { cards, cutList } = JSON.parse(text) as DemoSet;
  return {
    cards: cards.map((card) => ({ ...card, path: join(home, card.path) })),
    cutList: { ...cutList, path: join(home, cutList.path) },
  };
}
