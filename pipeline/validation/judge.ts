import type { Thresholds } from '../../schemas/engine.ts';
import { comparePicture, type PictureDifference, type Spread } from './compare-picture.ts';
import type { Fault } from './fault.ts';
import { fault } from './fault.ts';
import { frameSample, type OrderedFrame, orderFaults } from './frame-order.ts';
import { headerFaults } from './header-faults.ts';
import type { ComparedPicture } from './picture.ts';
import { causesOf, leftOver, pictureFaults } from './picture-fault.ts';
import { type PairViews, pairViews } from './views.ts';

/** Below one just noticeable step nearly everywhere; the largest leaves room for a debayer's edges. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  deltaItp: { max: 10, mean: 0.3, p99: 1 },
  codeValues: { max: 12, mean: 0.5, p99: 2 },
  ignoredHeader: [
    'compression',
    'software',
    'Software',
    'DateTime',
    'capDate',
    'name',
    'chunkCount',
    'lineOrder',
    'openexr:lineOrder',
  ],
};

/** One frame that was compared: its figures (null where the sizes differ), and what of it is shown. */
export type FrameVerdict = {
  frame: number;
  difference: Omit<PictureDifference, 'map'> | null;
  /** Whether the figures are within the limits. */
  isWithin: boolean;
  views: PairViews;
};

/** What the gate found. */
export type Judgement = {
  passed: boolean;
  faults: Fault[];
  /** What differs and is told without counting. */
  notes: Fault[];
  frames: FrameVerdict[];
  worst: { deltaItp: Spread; codeValues: Spread };
};

/** A judgement under way: one pair of frames is in memory at a time. */
export type Judging = {
  /** Compares the frame of both sets, in their order. */
  take(x: ComparedPicture, y: ComparedPicture): void;
  /** @param a numbers of all frames of the first set, `b` of the second, those without a pair included */
  verdict(a: readonly number[], b: readonly number[]): Judgement;
};

type Pair = OrderedFrame & { faults: Fault[] };

/**
 * Judges B against A, frame by frame in their order: the same frames, the same size, the same place, the same light, the same
 * header. Of a frame that was judged only small samples and views are kept.
 * @param how.headersCount false: headers but for timecode are told and do not count, as a workstation writes its own. @default true
 * @param how.isCoarse both sides are read through a coding of few bits. @default false
 */
export function openJudging(
  thresholds: Thresholds,
  { headersCount = true, isCoarse = false }: { headersCount?: boolean; isCoarse?: boolean } = {},
): Judging {
  const frames: FrameVerdict[] = [];
  const pairs: Pair[] = [];
  const sizes: Fault[] = [];
  const headers: Fault[] = [];
  return {
    take(x, y) {
      headers.push(...headerFaults(x, y, thresholds));
      if (x.width !== y.width || x.height !== y.height) {
        sizes.push(sizeFault(x, y));
        frames.push({ frame: x.frame, difference: null, isWithin: false, views: pairViews(x, y, null) });
        return;
      }
      const difference = comparePicture(x, y);
      const isFar = isBeyond(difference, thresholds);
      const causes = isFar ? causesOf(x, y, isCoarse) : null;
      pairs.push({
        frame: x.frame,
        a: frameSample(x),
        b: frameSample(y),
        explained: causes && leftOver(causes) + 0.02,
        faults: causes ? pictureFaults(x, y, difference, causes) : [],
      });
      const { map: _, ...figures } = difference;
      frames.push({
        frame: x.frame,
        difference: figures,
        isWithin: !isFar,
        views: pairViews(x, y, difference),
      });
    },
    verdict(a, b) {
      const isNote = ({ code, technical }: Fault) =>
        !headersCount && (code === 'header' || technical.a === null || technical.b === null);
      const faults = [
        ...numberFaults(a, b),
        ...sizes,
        ...orderFaults(pairs, ({ faults: own }) => own),
        ...headers.filter((each) => !isNote(each)),
      ];
      return {
        passed: faults.length === 0,
        faults,
        notes: headers.filter(isNote),
        frames,
        worst: worstOf(frames),
      };
    },
  };
}

/** Frames that only one of the sets has. */
function numberFaults(a: readonly number[], b: readonly number[]): Fault[] {
  const [onlyA, onlyB] = [a.filter((frame) => !b.includes(frame)), b.filter((frame) => !a.includes(frame))];
  if (onlyA.length === 0 && onlyB.length === 0 && a.length > 0) return [];
  const told = [
    ...(onlyA.length > 0 ? [`only the first set has ${runsOf(onlyA)}`] : []),
    ...(onlyB.length > 0 ? [`only the second set has ${runsOf(onlyB)}`] : []),
  ].join(', ');
  const text = `of ${a.length} and ${b.length} frames ${a.length - onlyA.length} are the same ones${told ? `: ${told}` : ''}`;
  return [fault('frames', null, text, { a, b })];
}

/** `frame 7, frames 9 to 12`. */
function runsOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((x, y) => x - y)) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  const words = runs.map(([first, last]) =>
    first === last ? `frame ${first}` : `frames ${first} to ${last}`,
  );
  return words.length <= 6 ? words.join(', ') : `${words.slice(0, 6).join(', ')} and more`;
}

function sizeFault(x: ComparedPicture, y: ComparedPicture): Fault {
  const text = `${x.width}x${x.height} against ${y.width}x${y.height}${squeezeWords(x, y)}`;
  return fault('size', x.frame, text, { a: [x.width, x.height], b: [y.width, y.height] });
}

/** Where the sides differ by a lens's squeeze in one direction alone. */
function squeezeWords(x: ComparedPicture, y: ComparedPicture): string {
  const ratio = (x.width * y.height) / (x.height * y.width);
  const squeeze = Math.max(ratio, 1 / ratio);
  const isOneWay = x.width === y.width || x.height === y.height;
  return isOneWay && squeeze >= 1.2 && squeeze <= 2.05
    ? `: as if only one of them were desqueezed by ${Number(squeeze.toFixed(2))}`
    : '';
}

function isBeyond({ deltaItp, codeValues }: PictureDifference, limit: Thresholds): boolean {
  return (['max', 'mean', 'p99'] as const).some(
    (key) => !(deltaItp[key] <= limit.deltaItp[key]) || !(codeValues[key] <= limit.codeValues[key]),
  );
}

function worstOf(frames: readonly FrameVerdict[]): Judgement['worst'] {
  const most = (figure: 'deltaItp' | 'codeValues', key: keyof Spread) =>
    Math.max(0, ...frames.map(({ difference }) => difference?.[figure][key] ?? 0));
  const spread = (figure: 'deltaItp' | 'codeValues') => ({
    max: most(figure, 'max'),
    mean: most(figure, 'mean'),
    p99: most(figure, 'p99'),
  });
  return { deltaItp: spread('deltaItp'), codeValues: spread('codeValues') };
}
