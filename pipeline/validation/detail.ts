import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** How two pictures that agree in the large differ in the small. */
export type DetailCause =
  | { kind: 'colour-detail' }
  /** Energy of fine detail of B over that of A. */
  | { kind: 'grain'; energy: number }
  /** Different values of green that were found in each. */
  | { kind: 'quantization'; levels: [a: number, b: number] };

/** Pixels of a block on each side: detail is what is gone in its mean. */
const BLOCK = 8;
/** Blocks looked at. */
const MOST_BLOCKS = 1500;
/** What may be left of the difference in the means of blocks. */
const LEFT_IN_THE_LARGE = 0.3;

/** Codes: finer than that nothing tells one detail from another. */
const LEAST_DETAIL = 1;
/** How much alike two pictures of one thing are, grain and all: 1 is the same. */
const LEAST_LIKENESS = 0.7;

type Block = {
  /** Mean difference of a pixel, of its colour and of its light, in log codes. */
  pixel: number;
  colour: number;
  light: number;
  /** Of the means of the block. */
  mean: number;
  /** Fine detail of each side: mean distance from the block's mean, in codes of green. */
  detail: [number, number];
  /** Mean code of each side. */
  level: [number, number];
};

/**
 * Names a difference that is in the detail alone: too few values, coarser colour, other grain. null where the pictures
 * differ in the large, or only along edges, as another place leaves it.
 */
export function detailCause(a: ComparedPicture, b: ComparedPicture): DetailCause | null {
  const blocks = blocksOf(a, b);
  const mean = (of: (block: Block) => number) =>
    blocks.reduce((sum, block) => sum + of(block), 0) / Math.max(1, blocks.length);
  const levels = fewerLevels(a, b);
  if (levels) return { kind: 'quantization', levels };
  const pixel = mean((block) => block.pixel);
  if (pixel === 0 || mean((block) => block.mean) > LEFT_IN_THE_LARGE * pixel) return null;
  // Detail that is another altogether is another picture as well as it is another grain.
  if (likeness(blocks) < LEAST_LIKENESS) return null;
  if (mean((block) => block.light) < 0.35 * mean((block) => block.colour)) return { kind: 'colour-detail' };
  // Grain is everywhere, also where there is nothing to see; another place shows along edges alone.
  const calm = blocks.toSorted((x, y) => x.detail[0] - y.detail[0]).slice(0, Math.ceil(blocks.length / 3));
  const inCalm = calm.reduce((sum, block) => sum + block.pixel, 0) / Math.max(1, calm.length);
  if (pixel < LEAST_DETAIL || inCalm < 0.35 * pixel) return null;
  const energy = mean((block) => block.detail[1]) / mean((block) => block.detail[0]);
  return { kind: 'grain', energy };
}

function blocksOf(a: ComparedPicture, b: ComparedPicture): Block[] {
  const [across, down] = [Math.floor(a.width / BLOCK), Math.floor(a.height / BLOCK)];
  const step = Math.max(1, Math.floor((across * down) / MOST_BLOCKS));
  const blocks: Block[] = [];
  for (let at = 0; at < across * down; at += step)
    blocks.push(blockAt(a, b, BLOCK * (at % across), BLOCK * Math.floor(at / across)));
  return blocks.filter(({ pixel, mean }) => Number.isFinite(pixel) && Number.isFinite(mean));
}

function blockAt(a: ComparedPicture, b: ComparedPicture, left: number, top: number): Block {
  const codes: [number[], number[]] = [[], []];
  for (let v = top; v < top + BLOCK; v++)
    for (let k = 3 * (v * a.width + left); k < 3 * (v * a.width + left + BLOCK); k++) {
      codes[0].push(logCode(a.pixels[k]!));
      codes[1].push(logCode(b.pixels[k]!));
    }
  const count = BLOCK * BLOCK;
  const means = codes.map((side) =>
    [0, 1, 2].map(
      (channel) => side.reduce((sum, value, k) => sum + (k % 3 === channel ? value : 0), 0) / count,
    ),
  );
  let [pixel, colour, light] = [0, 0, 0];
  const detail: [number, number] = [0, 0];
  for (let k = 0; k < 3 * count; k += 3) {
    const [r, g, blue] = [0, 1, 2].map((c) => codes[1][k + c]! - codes[0][k + c]!) as [
      number,
      number,
      number,
    ];
    const level = 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    pixel += (Math.abs(r) + Math.abs(g) + Math.abs(blue)) / 3;
    light += Math.abs(level);
    colour += Math.max(Math.abs(r - level), Math.abs(g - level), Math.abs(blue - level));
    for (const side of [0, 1] as const) detail[side] += Math.abs(codes[side][k + 1]! - means[side]![1]!);
  }
  const mean = [0, 1, 2].reduce((sum, c) => sum + Math.abs(means[1]![c]! - means[0]![c]!), 0) / 3;
  return {
    pixel: pixel / count,
    colour: colour / count,
    light: light / count,
    mean,
    detail: [detail[0] / count, detail[1] / count],
    level: [means[0]![1]!, means[1]![1]!],
  };
}

/** What is to be seen in the picture, over that and the difference together. */
function likeness(blocks: readonly Block[]): number {
  const count = Math.max(1, blocks.length);
  const middle = blocks.reduce((sum, { level }) => sum + level[0], 0) / count;
  const seen =
    blocks.reduce((sum, { level, detail }) => sum + Math.abs(level[0] - middle) + detail[0], 0) / count;
  const apart = blocks.reduce((sum, { pixel }) => sum + pixel, 0) / count;
  return seen / (seen + apart);
}

/** Values of green that count as many where there are more: those of ten bits. */
const MOST_LEVELS = 1024;
const LEVEL_SAMPLES = 40_000;
/** Part of the pixels that must lie at the nearest value that B has. */
const ROUNDED = 0.97;

/** How many values each has, where B has few and each pixel of A the nearest of them; else null. */
function fewerLevels(a: ComparedPicture, b: ComparedPicture): [a: number, b: number] | null {
  const [firsts, seconds] = [codesOf(a), codesOf(b)];
  const levels = [...new Set(seconds)].sort((x, y) => x - y);
  const many = new Set(firsts).size;
  if (levels.length > 0.4 * many || levels.length > MOST_LEVELS || levels.length < 2) return null;
  const place = new Map(levels.map((level, k) => [level, k]));
  const rounded = firsts.filter((code, k) => {
    const [level, at] = [seconds[k]!, place.get(seconds[k]!)!];
    const [below, above] = [levels[at - 1] ?? level - 1, levels[at + 1] ?? level + 1];
    return code >= level - SLACK * (level - below) && code <= level + SLACK * (above - level);
  });
  return rounded.length > ROUNDED * firsts.length ? [many, levels.length] : null;
}

/** Half of the way to the next value, and a little: it may have been halved on another curve. */
const SLACK = 0.6;

/** Log codes of green, of pixels all over the picture. */
function codesOf({ pixels }: ComparedPicture): number[] {
  const step = 3 * Math.max(1, Math.floor(pixels.length / 3 / LEVEL_SAMPLES));
  const codes: number[] = [];
  for (let k = 1; k < pixels.length; k += step) codes.push(logCode(pixels[k]!));
  return codes;
}
