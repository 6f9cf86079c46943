import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { type MadeCard, makeCard } from './card.ts';
import type { ExpectedEvent } from './cut-list.ts';
import { flipBit, removeFrame } from './damage.ts';
import { DEMO_CARDS, type DemoCard, type DemoCardName } from './demo-cards.ts';
import { readDemoIndex, writeDemoIndex } from './demo-index.ts';

/** Raised by hand when any maker writes other bytes: the cache key does not see the code. */
const FOOTAGE_REVISION = 2;
/** Cards recorded at one time: while an encoder runs for one, frames are made for another. */
const CARDS_AT_ONCE = 3;
/** A set is made in minutes; what is older was left by a run that was killed. */
const ABANDONED_AFTER_MS = 3_600_000;

/** A card of the set; `damagedFile` (relative to the roll) was changed or taken away after the seal, null on a good card. */
export type MadeDemoCard = MadeCard & { name: DemoCardName; damagedFile: string | null };

/** The material of the demo: cards, and a cut list over the good ProRes and DPX card with its answer. Paths are absolute. */
export type DemoSet = {
  cards: MadeDemoCard[];
  cutList: { path: string; expected: ExpectedEvent[] };
};

/** Equal options (but for `tools` and `say`) give one set. */
export type DemoSetOptions = {
  /** Finished sets are kept here, in a folder named by what they are made of. */
  cacheDir: string;
  tools: ToolPaths;
  /** @default 1920 x 1080 */
  size?: { width: number; height: number };
  /** Frames of each clip, at least 24 for the cut list. @default 24 */
  frames?: number;
  /** Which cards; the cut list needs `prores` and `dpx`. @default all seven */
  cards?: readonly DemoCardName[];
  /** Called with a sentence for people when a card is begun. */
  say?: (sentence: string) => void;
};

/**
 * Makes the demo's material, or answers with the set that an earlier run made.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function makeDemoSet(options: DemoSetOptions): Promise<DemoSet> {
  const { size = { width: 1920, height: 1080 }, frames = 24 } = options;
  const wanted = DEMO_CARDS.filter(({ name }) => options.cards?.includes(name) ?? true);
  const recipe = JSON.stringify({ revision: FOOTAGE_REVISION, size, frames, wanted });
  const home = join(options.cacheDir, createHash('sha256').update(recipe).digest('hex').slice(0, 16));
  const known = await readDemoIndex(home);
  if (known) return known;
  await sweepAbandoned(options.cacheDir);
  const part = `${home}.${randomBytes(4).toString('hex')}.part`;
  await mkdir(part, { recursive: true });
  try {
    const cards = await inTurn(wanted, (card) => {
      options.say?.(`recording the ${card.name} card, ${card.clips} × ${frames} frames`);
      return makeDemoCard(card, { dir: part, size, frames, tools: options.tools });
    });
    await writeDemoIndex(part, cards);
    await rename(part, home);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    // Another run made the same set first: a folder that is not empty is never replaced.
    if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const made = await readDemoIndex(home);
  if (!made) throw new Error(`${home} has no index although it was just made`);
  return made;
}

async function makeDemoCard(
  { name, damage, ...card }: DemoCard,
  options: { dir: string; size: { width: number; height: number }; frames: number; tools: ToolPaths },
): Promise<MadeDemoCard> {
  const made = await makeCard({ ...options, ...card });
  return { ...made, name, damagedFile: damage ? await hurt(made, damage) : null };
}

/** In the middle of the last clip, where only reading every byte finds it. */
async function hurt(card: MadeCard, damage: NonNullable<DemoCard['damage']>): Promise<string> {
  const clip = card.clips.at(-1)!;
  if (damage === 'missing-frame') return removeFrame(card.path, clip, Math.floor(clip.frameCount / 2));
  const file = join(card.path, clip.path);
  await flipBit(file, Math.floor((await stat(file)).size / 2), 4);
  return clip.path;
}

/** The results in the order of `items`, made a few at a time. */
async function inTurn<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const place = next++;
      results[place] = await make(items[place]!);
    }
  };
  const lanes = Array.from({ length: CARDS_AT_ONCE }, lane);
  try {
    await Promise.all(lanes);
  } finally {
    // The others still write: whoever removes the folder has to come after them.
    next = items.length;
    await Promise.allSettled(lanes);
  }
  return results;
}

async function sweepAbandoned(cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  for (const name of await readdir(cacheDir)) {
    if (!name.endsWith('.part')) continue;
    const folder = join(cacheDir, name);
    if ((await ageMs(folder)) > ABANDONED_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

/** Time since something was put into a folder; 0 when another run has just finished it under its final name. */
async function ageMs(folder: string): Promise<number> {
  try {
    return Date.now() - (await stat(folder)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
