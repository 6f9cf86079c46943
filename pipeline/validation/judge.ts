import type { Thresholds } from '../../schemas/engine.ts';
import { comparePicture, type PictureDifference, type Spread } from './compare-picture.ts';
import { frameSlip, turned } from './diagnose.ts';
import { type ColourCause, colourCause } from './diagnose-colour.ts';
import { unexplainedByColour } from './explain-colour.ts';
import type { ComparedPicture } from './picture.ts';
import { type Place, placeOf } from './place.ts';

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
    | 'black'
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
      fault('size', x.frame, `${x.width}x${x.height} against ${y.width}x${y.height}${squeezeWords(x, y)}`, {
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
  const causes = pairs.map(([x, y], k) => (isFar[k] ? causesOf(x, y) : null));
  const slipped = frameSlip(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
  // A camera that pans shows the next frame as one that has moved: both fit, and the frame is what went wrong.
  const others = causes.flatMap((each) =>
    each ? [Math.min(each.byColour, (each.place?.unexplained ?? 1) + 0.02)] : [],
  );
  if (slipped && slipped.unexplained <= Math.max(...others)) {
    const { slip } = slipped;
    const text = `the second set shows frame n where the first shows frame n${slip > 0 ? '-' : '+'}${Math.abs(slip)}`;
    return [fault('frame-slip', null, text, { slip })];
  }
  return pairs.flatMap(([x, y], k) => {
    const each = causes[k];
    return each ? [pictureFault(x, y, frames[k]!.difference, each)] : [];
  });
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

type Causes = {
  isBlack: boolean;
  byColour: number;
  way: ReturnType<typeof turned>;
  place: Place | null;
};

function causesOf(x: ComparedPicture, y: ComparedPicture): Causes {
  const isBlack = brightest(y) < BLACK && brightest(x) > 100 * BLACK;
  if (isBlack) return { isBlack, byColour: 0, way: null, place: null };
  return { isBlack, byColour: unexplainedByColour(x, y), way: turned(x, y), place: placeOf(x, y) };
}

/** No light of a scene is this dark everywhere. */
const BLACK = 1e-4;

function brightest({ pixels }: ComparedPicture): number {
  return pixels.reduce((most, value) => Math.max(value, most), 0);
}

function pictureFault(
  x: ComparedPicture,
  y: ComparedPicture,
  { deltaItp, codeValues }: PictureDifference,
  { isBlack, byColour, way, place }: Causes,
): Fault {
  if (isBlack) return fault('black', x.frame, 'the picture of the second set is black', { deltaItp });
  const least = Math.min(byColour, ...[way, place].flatMap((each) => each?.unexplained ?? []));
  if (way?.unexplained === least)
    return fault('orientation', x.frame, `the picture is ${way.way}`, { ...way, deltaItp });
  if (place?.unexplained === least) return placeFault(x.frame, place, deltaItp);
  const cause = colourCause(x, y);
  const text = `the light differs by up to ${deltaItp.max.toFixed(2)} ΔE ITP (99 % within ${deltaItp.p99.toFixed(2)}): ${inWords(cause)}`;
  return fault(cause.kind, x.frame, text, { ...cause, deltaItp, codeValues });
}

function placeFault(frame: number, { x, y, scaleX, scaleY, unexplained }: Place, deltaItp: Spread): Fault {
  if (scaleX === 1 && scaleY === 1) {
    const text = `the picture lies ${x},${y} pixels away from where it should`;
    return fault('framing-offset', frame, text, { x, y, unexplained, deltaItp });
  }
  const percent = (scale: number) => (100 * scale).toFixed(1);
  const text =
    scaleX === scaleY
      ? `the picture shows things ${percent(scaleX)} % as large: cropped where it should be scaled, or the other way`
      : `the picture shows things ${percent(scaleX)} % as wide and ${percent(scaleY)} % as high: desqueezed on one side only`;
  return fault('framing-scale', frame, text, { scale: scaleX, scaleX, scaleY, unexplained, deltaItp });
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
