import { leftBy, median, type Pair, type Triple, type Variety } from './colour-samples.ts';
import { leastSquares } from './explain-colour.ts';
import { logCode } from './perceptual.ts';
import { type Matrix, type Mistake, mistakenPrimaries } from './primaries.ts';
import { RECORDED_CURVES, type RecordedCurve } from './recorded-curves.ts';

/** One thing that may have been done to the colour of a picture, with what it leaves unexplained when it is done. */
export type ColourModel = {
  kind:
    | 'exposure'
    | 'white-balance'
    | 'transfer-function'
    | 'range'
    | 'saturation'
    | 'channels'
    | 'primaries'
    | 'clipping';
  /** As a person says it. */
  words: string;
  facts: {
    stops?: number;
    gains?: Triple;
    slope?: number;
    saturation?: number;
    primaries?: Omit<Mistake, 'matrix'>;
  };
  left: number;
  /** Whether the picture has what it takes to tell this from anything else. */
  isTold: boolean;
};

/** Code values of legal range over those of full range, of ten bits. Source: SMPTE RP 431-2 and ITU-R BT.709: 64 to 940 of 1023. */
const LEGAL = { scale: 876 / 1023, offset: 64 / 1023 };
/** Below this nothing is said of ratios. */
const LEAST_LIGHT = 1e-5;
/** Codes: two thirds of a stop, and nearly two. */
const [SOME_SPAN, WIDE_SPAN] = [40, 100];
const SOME_LEVELS = 4;
const SOME_HUES = 2;

/** Of those without a figure to find there are hundreds: few pixels tell which are worth more. */
const FEW = 400;
const PERHAPS = 0.5;

/** Every known thing, each with the figures that explain most; what explains most first. */
export function colourModels(pairs: readonly Pair[], variety: Variety): ColourModel[] {
  const every = Math.max(1, Math.floor(pairs.length / FEW));
  const few = pairs.filter((_, k) => k % every === 0);
  const known: Known[] = [...ranges(), ...otherCurves(), ...channels(), ...primaries()];
  return [
    exposure(pairs, variety),
    whiteBalance(pairs, variety),
    power(pairs, variety),
    ...saturation(pairs, variety),
    ...clipping(pairs),
    ...known
      .filter(({ done }) => leftBy(few, done) < PERHAPS)
      .map(({ done, isTold, ...model }) => ({
        ...model,
        left: leftBy(pairs, done),
        isTold: isTold(variety),
      })),
  ].sort((x, y) => x.left - y.left);
}

/** What has no figure to find. */
type Known = Omit<ColourModel, 'left' | 'isTold'> & {
  done(rgb: Triple): Triple;
  isTold(variety: Variety): boolean;
};
const tellsCurves = ({ levels, spanCodes }: Variety) => levels >= SOME_LEVELS && spanCodes >= WIDE_SPAN;

const each = (change: (value: number, channel: 0 | 1 | 2) => number) => (rgb: Triple) =>
  [change(rgb[0], 0), change(rgb[1], 1), change(rgb[2], 2)] as const;

function ratiosOf(pairs: readonly Pair[], channel: 0 | 1 | 2): number[] {
  return pairs
    .filter(({ a, b }) => a[channel] > LEAST_LIGHT && b[channel] > 0)
    .map(({ a, b }) => b[channel] / a[channel]);
}

function exposure(pairs: readonly Pair[], { spanCodes }: Variety): ColourModel {
  const gain = median(([0, 1, 2] as const).flatMap((channel) => ratiosOf(pairs, channel)));
  const stops = Math.log2(gain);
  return {
    kind: 'exposure',
    words: `${stops.toFixed(2)} stops of exposure`,
    facts: { stops, gains: [gain, gain, gain] },
    left: leftBy(
      pairs,
      each((v) => v * gain),
    ),
    isTold: spanCodes >= SOME_SPAN,
  };
}

function whiteBalance(pairs: readonly Pair[], { leastSpanCodes, hues, isGrey }: Variety): ColourModel {
  const gains = ([0, 1, 2] as const).map((channel) => median(ratiosOf(pairs, channel))) as [
    number,
    number,
    number,
  ];
  return {
    kind: 'white-balance',
    words: `channel gains ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance has`,
    facts: { stops: Math.log2(gains[1]), gains },
    left: leftBy(
      pairs,
      each((v, c) => v * gains[c]),
    ),
    // Of one hue alone, saturation and primaries make gains too; grey they leave grey.
    isTold: leastSpanCodes >= SOME_SPAN && (hues >= SOME_HUES || isGrey),
  };
}

/** A fixed point of a gamma: white, or mid grey that contrast turns about, in stops of light. */
const PIVOTS = [0, Math.log2(0.18)];
/** How near to the slope of a range, in parts of it; how far from a pivot, in stops. */
const [NEAR_SLOPE, AWAY] = [0.002, 0.1];

/** One power and one gain for all channels. A line of the exact slope of a range in log light, about no pivot of a gamma, is that of a log code. */
function power(pairs: readonly Pair[], { levels, spanCodes }: Variety): ColourModel {
  const points = pairs.flatMap(({ a, b }) =>
    ([0, 1, 2] as const)
      .filter((c) => a[c] > LEAST_LIGHT && b[c] > LEAST_LIGHT)
      .map((c) => [Math.log2(a[c]), Math.log2(b[c])] as const),
  );
  const { slope, offset } = lineThrough(points);
  const pivot = offset / (1 - slope);
  const isRange =
    [LEGAL.scale, 1 / LEGAL.scale].some((known) => Math.abs(slope / known - 1) < NEAR_SLOPE) &&
    PIVOTS.every((fixed) => Math.abs(pivot - fixed) > AWAY);
  return {
    kind: isRange ? 'range' : 'transfer-function',
    words: isRange
      ? 'full range read as legal range, or the other way, of a log code'
      : `dark and bright differ unlike, as a gamma of ${slope.toFixed(2)} makes them`,
    facts: { slope },
    left: leftBy(
      pairs,
      each((v) => (v > 0 ? 2 ** (slope * Math.log2(v) + offset) : 0)),
    ),
    isTold: levels >= SOME_LEVELS && spanCodes >= WIDE_SPAN,
  };
}

function ranges(): Known[] {
  const ways = [
    { words: 'legal range read as full range', of: (c: number) => LEGAL.scale * c + LEGAL.offset },
    { words: 'full range read as legal range', of: (c: number) => (c - LEGAL.offset) / LEGAL.scale },
  ];
  return RECORDED_CURVES.flatMap(({ name, codeOf, lightOf }) =>
    ways.map(({ words, of }) => ({
      kind: 'range' as const,
      words: name === 'light' ? words : `${words}, of ${name}`,
      facts: {},
      done: each((v) => lightOf(of(codeOf(v)))),
      isTold: tellsCurves,
    })),
  );
}

/** A code of one curve that was read by another. */
function otherCurves(): Known[] {
  const tried = (coded: RecordedCurve, readAs: RecordedCurve): Known => ({
    kind: 'transfer-function',
    words: `dark and bright differ unlike, as where ${coded.name} was read as ${readAs.name}`,
    facts: {},
    done: each((v) => readAs.lightOf(coded.codeOf(v))),
    isTold: tellsCurves,
  });
  return RECORDED_CURVES.flatMap((coded) =>
    RECORDED_CURVES.filter((readAs) => readAs !== coded).map((readAs) => tried(coded, readAs)),
  );
}

/**
 * Farther from grey or nearer to it, in whatever primaries: in all of one white it is `s` times the colour and `1 - s` times
 * some weighted light. Differences of channels tell `s`, and what is left of them the weights.
 */
function saturation(pairs: readonly Pair[], { hues }: Variety): ColourModel[] {
  let [product, square] = [0, 0];
  for (const { a, b } of pairs)
    for (const [c, d] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      const weight = 1 / (0.02 + Math.max(...a.map(Math.abs))) ** 2;
      product += weight * (a[c] - a[d]) * (b[c] - b[d]);
      square += weight * (a[c] - a[d]) ** 2;
    }
  if (square === 0) return [];
  const factor = product / square;
  const weights = leastSquares(
    pairs.map(({ a }) => a.map((value) => value / (0.02 + Math.max(...a.map(Math.abs))))),
    pairs.map(
      ({ a, b }) =>
        (b[0] + b[1] + b[2] - factor * (a[0] + a[1] + a[2])) / 3 / (0.02 + Math.max(...a.map(Math.abs))),
    ),
  );
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  // Grey stays as it is; weights of light are not below none, but for primaries that lie outside.
  const isSaturation =
    Math.abs(factor - 1) > 0.01 &&
    Math.abs(whole + factor - 1) < 0.02 &&
    weights.every((weight) => weight / (1 - factor) > -0.2);
  if (!isSaturation) return [];
  const light = (rgb: Triple) => weights[0]! * rgb[0] + weights[1]! * rgb[1] + weights[2]! * rgb[2];
  return [
    {
      kind: 'saturation',
      words: `saturation of ${factor.toFixed(2)}`,
      facts: { saturation: factor },
      left: leftBy(pairs, (rgb) => each((v) => factor * v + light(rgb))(rgb)),
      isTold: hues >= SOME_HUES,
    },
  ];
}

/** Every other order of three. */
const ORDERS = [
  [2, 1, 0],
  [1, 0, 2],
  [0, 2, 1],
  [1, 2, 0],
  [2, 0, 1],
] as const;

function channels(): Known[] {
  return ORDERS.map((order) => ({
    kind: 'channels',
    words: 'channels are swapped',
    facts: {},
    done: (rgb) => [rgb[order[0]], rgb[order[1]], rgb[order[2]]],
    isTold: ({ hues, levels }) => hues >= SOME_HUES && levels >= SOME_LEVELS,
  }));
}

function primaries(): Known[] {
  return mistakenPrimaries().map(({ coded, readAs, matrix }) => ({
    kind: 'primaries',
    words: `as where ${coded} was taken for ${readAs}`,
    facts: { primaries: { coded, readAs } },
    done: (rgb) => times(matrix, rgb),
    isTold: ({ hues }) => hues >= SOME_HUES,
  }));
}

function times(matrix: Matrix, [r, g, b]: Triple): Triple {
  return [
    matrix[0][0] * r + matrix[0][1] * g + matrix[0][2] * b,
    matrix[1][0] * r + matrix[1][1] * g + matrix[1][2] * b,
    matrix[2][0] * r + matrix[2][1] * g + matrix[2][2] * b,
  ];
}

/** Part of the values that must be cut, and that must not be. */
const SOME = 0.005;

/** Nothing is brighter than some light, and what is darker is as it was. */
function clipping(pairs: readonly Pair[]): ColourModel[] {
  const most = pairs.reduce((top, { b }) => Math.max(top, ...b), 0);
  const values = pairs.flatMap(({ a }) => [...a]);
  const cut = values.filter((value) => value > 1.01 * most).length / Math.max(1, values.length);
  if (cut < SOME || cut > 1 - SOME) return [];
  const codes = new Set(
    values.filter((value) => value <= most).map((value) => Math.round(logCode(value) / 16)),
  );
  return [
    {
      kind: 'clipping',
      words: `nothing is brighter than ${most.toPrecision(3)}: highlights are cut off`,
      facts: {},
      left: leftBy(
        pairs,
        each((v) => Math.min(v, most)),
      ),
      isTold: codes.size >= SOME_LEVELS,
    },
  ];
}

function lineThrough(points: readonly (readonly [number, number])[]): { slope: number; offset: number } {
  const count = Math.max(1, points.length);
  const [mx, my] = [0, 1].map((k) => points.reduce((sum, point) => sum + point[k]!, 0) / count) as [
    number,
    number,
  ];
  const [xy, xx] = points.reduce(([p, q], [x, y]) => [p + (x - mx) * (y - my), q + (x - mx) ** 2], [0, 0]);
  const slope = xx > 0 ? xy / xx : 1;
  return { slope, offset: my - slope * mx };
}
