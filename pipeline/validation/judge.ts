import type { Thresholds } from '../../schemas/engine.ts';
import { comparePicture, type PictureDifference, type Spread } from './compare-picture.ts';
import { frameSlip, framingOffset, scaleOf, turned } from './diagnose.ts';
import { type ColourCause, colourCause } from './diagnose-colour.ts';
import { unexplainedByColour } from './explain-colour.ts';
import type { ComparedPicture } from './picture.ts';

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
  code:
    | 'frames'
    | 'size'
    | 'framing-offset'
    | 'framing-scale'
    | 'orientation'
    | 'frame-slip'
    | 'timecode'
    | 'header'
    | ColourCause['kind'];
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
  /** What differs and is told without counting. */
  notes: Fault[];
  frames: FrameVerdict[];
  worst: { deltaItp: Spread; codeValues: Spread };
};

/**
 * Judges B against A, frame by frame in their order: the same frames, the same size, the same place, the same light, the same header.
 * @param headersCount false: headers but for timecode are told and do not count, as a workstation writes its own. @default true
 */
export function judge(
  a: readonly ComparedPicture[],
  b: readonly ComparedPicture[],
  thresholds: Thresholds,
  headersCount = true,
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
  const headers = pairs.flatMap(([x, y]) => headerFaults(x, y, thresholds));
  const isNote = ({ code, technical }: Fault) =>
    !headersCount && (code === 'header' || technical.a === null || technical.b === null);
  faults.push(...headers.filter((each) => !isNote(each)));
  const notes = headers.filter(isNote);
  const worst = {
    deltaItp: worstOf(frames.map(({ difference }) => difference.deltaItp)),
    codeValues: worstOf(frames.map(({ difference }) => difference.codeValues)),
  };
  return { passed: faults.length === 0, faults, notes, frames, worst };
}

/** Another frame, another place or another light: whichever leaves the least unexplained. */
function pictureFaults(
  pairs: (readonly [ComparedPicture, ComparedPicture])[],
  frames: { frame: number; difference: PictureDifference }[],
  isFar: boolean[],
): Fault[] {
  const byColour = pairs.map(([x, y], k) => (isFar[k] ? unexplainedByColour(x, y) : 0));
  const slipped = frameSlip(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  if (slipped && slipped.unexplained < Math.max(...byColour)) {
    const { slip } = slipped;
    const text = `the second set shows frame n where the first shows frame n${slip > 0 ? '-' : '+'}${Math.abs(slip)}`;
    return [fault('frame-slip', null, text, { slip })];
  }
  return pairs.flatMap(([x, y], k) =>
    isFar[k] ? [pictureFault(x, y, frames[k]!.difference, byColour[k]!)] : [],
  );
}

function pictureFault(
  x: ComparedPicture,
  y: ComparedPicture,
  { deltaItp, codeValues }: PictureDifference,
  byColour: number,
): Fault {
  const [way, scale, offset] = [turned(x, y), scaleOf(x, y), framingOffset(x, y)];
  const least = Math.min(byColour, ...[way, scale, offset].flatMap((each) => each?.unexplained ?? []));
  if (way?.unexplained === least)
    return fault('orientation', x.frame, `the picture is ${way.way}`, { ...way, deltaItp });
  if (offset?.unexplained === least)
    return fault(
      'framing-offset',
      x.frame,
      `the picture lies ${offset.x},${offset.y} pixels away from where it should`,
      { ...offset, deltaItp },
    );
  if (scale?.unexplained === least) {
    const text = `the picture shows things ${(100 * scale.scale).toFixed(0)} % as large: cropped where it should be scaled, or the other way`;
    return fault('framing-scale', x.frame, text, { ...scale, deltaItp });
  }
  const cause = colourCause(x, y);
  const text = `the light differs by up to ${deltaItp.max.toFixed(2)} ΔE ITP (99 % within ${deltaItp.p99.toFixed(2)}): ${inWords(cause)}`;
  return fault(cause.kind, x.frame, text, { ...cause, deltaItp, codeValues });
}

function inWords({ kind, stops, gains, slope, saturation }: ColourCause): string {
  const words: Record<ColourCause['kind'], string> = {
    exposure: `${stops.toFixed(2)} stops of exposure`,
    'white-balance': `channel gains ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance has`,
    'transfer-function': `dark and bright differ unlike, as another transfer function does, or a gamma of ${slope.toFixed(2)}`,
    range: 'full range read as legal range, or the other way',
    saturation: `saturation of ${saturation.toFixed(2)}`,
    channels: 'channels are swapped',
    colour: 'no simple cause',
  };
  return words[kind];
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
