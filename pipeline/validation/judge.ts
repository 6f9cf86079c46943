import { comparePicture, type PictureDifference, type Spread } from './compare-picture.ts';
import { type ColourCause, colourCause, frameSlip, framingOffset } from './diagnose.ts';
import type { ComparedPicture } from './picture.ts';

/** How far two engines may be apart; a production sets its own. */
export type Thresholds = {
  /** Just noticeable steps, ΔE ITP. */
  deltaItp: Spread;
  /** Ten-bit log codes. */
  codeValues: Spread;
  /** Header values that may differ. */
  ignoredHeader: string[];
};

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

/** What is wrong between two sets of frames, as data. */
export type Fault = {
  code: 'frames' | 'size' | 'framing-offset' | 'frame-slip' | 'timecode' | 'header' | ColourCause['kind'];
  frame: number | null;
  forPeople: string;
  technical: Record<string, unknown>;
};

/** One frame that was compared. */
export type FrameVerdict = { frame: number; difference: PictureDifference | null };

/** What the gate found. */
export type Judgement = {
  passed: boolean;
  faults: Fault[];
  frames: FrameVerdict[];
  worst: { deltaItp: Spread; codeValues: Spread };
};

/** Judges B against A, frame by frame in their order: the same frames, the same size, the same place, the same light, the same header. */
export function judge(
  a: readonly ComparedPicture[],
  b: readonly ComparedPicture[],
  thresholds: Thresholds,
): Judgement {
  const faults: Fault[] = [];
  const pairs = a.flatMap((first) => {
    const second = b.find(({ frame }) => frame === first.frame);
    return second ? [[first, second] as const] : [];
  });
  if (pairs.length === 0 || pairs.length !== a.length || pairs.length !== b.length)
    faults.push(
      fault('frames', null, `of ${a.length} and ${b.length} frames ${pairs.length} are the same ones`, {
        a: a.map(({ frame }) => frame),
        b: b.map(({ frame }) => frame),
      }),
    );
  const comparable = pairs.filter(([x, y]) => x.width === y.width && x.height === y.height);
  for (const [x, y] of pairs.filter((pair) => !comparable.includes(pair)))
    faults.push(
      fault('size', x.frame, `${x.width}x${x.height} against ${y.width}x${y.height}`, {
        a: [x.width, x.height],
        b: [y.width, y.height],
      }),
    );
  const frames = comparable.map(([x, y]) => ({ frame: x.frame, difference: comparePicture(x, y) }));
  const isFar = frames.map(({ difference }) => isBeyond(difference, thresholds));
  if (isFar.some(Boolean)) faults.push(...pictureFaults(comparable, frames, isFar));
  for (const [x, y] of pairs) faults.push(...headerFaults(x, y, thresholds));
  const worst = {
    deltaItp: worstOf(frames.map(({ difference }) => difference.deltaItp)),
    codeValues: worstOf(frames.map(({ difference }) => difference.codeValues)),
  };
  return { passed: faults.length === 0, faults, frames, worst };
}

/** The simplest cause first: another frame, then another place, then another light. */
function pictureFaults(
  pairs: (readonly [ComparedPicture, ComparedPicture])[],
  frames: { frame: number; difference: PictureDifference }[],
  isFar: boolean[],
): Fault[] {
  const slip = frameSlip(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  if (slip !== 0)
    return [
      fault(
        'frame-slip',
        null,
        `the second set shows frame n where the first shows frame n${slip > 0 ? '-' : '+'}${Math.abs(slip)}`,
        { slip },
      ),
    ];
  return pairs.flatMap(([x, y], k) => {
    if (!isFar[k]) return [];
    const { deltaItp, codeValues } = frames[k]!.difference;
    const offset = framingOffset(x, y);
    if (offset)
      return [
        fault(
          'framing-offset',
          x.frame,
          `the picture lies ${offset.x},${offset.y} pixels away from where it should`,
          { ...offset, deltaItp },
        ),
      ];
    const cause = colourCause(x, y);
    const text = `the light differs by up to ${deltaItp.max.toFixed(2)} ΔE ITP (99 % within ${deltaItp.p99.toFixed(2)}): ${inWords(cause)}`;
    return [fault(cause.kind, x.frame, text, { ...cause, deltaItp, codeValues })];
  });
}

function inWords({ kind, stops, gains }: ColourCause): string {
  if (kind === 'exposure') return `${stops.toFixed(2)} stops of exposure`;
  if (kind === 'white-balance')
    return `channel gains ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance has`;
  return kind === 'transfer-function'
    ? 'dark and bright differ unlike, as another transfer function does'
    : 'no simple cause';
}

function headerFaults(x: ComparedPicture, y: ComparedPicture, { ignoredHeader }: Thresholds): Fault[] {
  if (!x.header || !y.header) return [];
  const names = [...new Set([...Object.keys(x.header), ...Object.keys(y.header)])]
    .filter((name) => !ignoredHeader.includes(name))
    .sort();
  return names.flatMap((name) => {
    const [before, after] = [x.header?.[name], y.header?.[name]];
    if (before === after) return [];
    const code = name === 'timeCode' ? 'timecode' : 'header';
    return [
      fault(code, x.frame, `${name}: «${before ?? 'absent'}» against «${after ?? 'absent'}»`, {
        name,
        a: before ?? null,
        b: after ?? null,
      }),
    ];
  });
}

function isBeyond({ deltaItp, codeValues }: PictureDifference, limit: Thresholds): boolean {
  return (['max', 'mean', 'p99'] as const).some(
    (key) => !(deltaItp[key] <= limit.deltaItp[key]) || !(codeValues[key] <= limit.codeValues[key]),
  );
}

function worstOf(spreads: readonly Spread[]): Spread {
  const most = (key: keyof Spread) => Math.max(0, ...spreads.map((spread) => spread[key]));
  return { max: most('max'), mean: most('mean'), p99: most('p99') };
}

function fault(
  code: Fault['code'],
  frame: number | null,
  forPeople: string,
  technical: Record<string, unknown>,
): Fault {
  return { code, frame, forPeople, technical };
}
