import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { type MadeCard, makeCard } from './card.ts';
import { type ExpectedEvent, makeCutList } from './cut-list.ts';
import { DEMO_CARDS, type DemoCard } from './demo-cards.ts';
import { demoUses } from './demo-cut.ts';

/** Raised by hand when any maker writes other bytes: the cache key does not see the code. */
const FOOTAGE_REVISION = 1;

/** The material of the demo: cards, and a cut list over the good ones with its answer. Paths are absolute. */
export type DemoSet = {
  shootDay: string;
  cards: (MadeCard & { name: string })[];
  cutList: { path: string; expected: ExpectedEvent[] };
};

export type DemoSetOptions = {
  /** Finished sets are kept here, in a folder named by what they are made of. */
  cacheDir: string;
  tools: ToolPaths;
  /** @default 1920 x 1080 */
  size?: { width: number; height: number };
  /** Frames of each clip, at least 24 for the cut list. @default 24 */
  frames?: number;
  /** Called when a card is begun and when all is done, with a sentence for people. */
  say?: (sentence: string) => void;
};

/**
 * Makes the demo's material, or answers with the set that an earlier run made.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeDemoSet(options: DemoSetOptions): Promise<DemoSet> {
  const size = options.size ?? { width: 1920, height: 1080 };
  const frames = options.frames ?? 24;
  const recipe = JSON.stringify({ revision: FOOTAGE_REVISION, size, frames, cards: DEMO_CARDS });
  const home = join(options.cacheDir, createHash('sha256').update(recipe).digest('hex').slice(0, 16));
  const known = await readSet(home);
  if (known) return known;
  const part = `${home}.${randomBytes(4).toString('hex')}.part`;
  await mkdir(part, { recursive: true });
  try {
    const cards = await Promise.all(
      DEMO_CARDS.map((card) => makeDemoCard(card, { ...options, size, frames }, part)),
    );
    await writeCutListAndIndex(part, cards);
    await rename(part, home);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    // Another run made the same set first: a folder that is not empty is never replaced.
    if (!isTaken(error)) throw error;
  }
  options.say?.(`the camera cards lie in ${home}`);
  const made = await readSet(home);
  if (!made) throw new Error(`${home} has no index although it was just made`);
  return made;
}

async function makeDemoCard(
  { name, ...card }: DemoCard,
  options: DemoSetOptions & { size: { width: number; height: number }; frames: number },
  dir: string,
): Promise<MadeCard & { name: string }> {
  options.say?.(`recording the card "${name}"`);
  const { size, frames, tools } = options;
  const made = await makeCard({ frames, ...card, dir, size, tools });
  return { ...made, name };
}

type Index = Omit<DemoSet, 'cutList'> & { cutList: { path: string; expected: ExpectedEvent[] } };

async function writeCutListAndIndex(home: string, cards: (MadeCard & { name: string })[]): Promise<void> {
  const { edl, expected } = makeCutList({
    title: 'RUSHES DEMO',
    rate: { num: 24, den: 1 },
    uses: demoUses(cards),
  });
  await writeFile(join(home, 'demo.edl'), edl);
  const index: Index = {
    shootDay: cards[0]!.shootDay,
    cards: cards.map((card) => ({ ...card, path: relative(home, card.path) })),
    cutList: { path: 'demo.edl', expected },
  };
  await writeFile(join(home, 'demo-set.json'), `${JSON.stringify(index, null, 2)}\n`);
}

/** The set in `home` with absolute paths; null when there is none. */
async function readSet(home: string): Promise<DemoSet | null> {
  let text: string;
  try {
    text = await readFile(join(home, 'demo-set.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const index = JSON.parse(text) as Index;
  return {
    ...index,
    cards: index.cards.map((card) => ({ ...card, path: join(home, card.path) })),
    cutList: { ...index.cutList, path: join(home, index.cutList.path) },
  };
}

function isTaken(error: unknown): boolean {
  return ['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '');
}
