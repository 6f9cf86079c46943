import { type Fault, fault } from './fault.ts';
import { logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Log codes of green at places spread over a picture: enough to tell one frame of a shot from another. */
export type FrameSample = { width: number; height: number; codes: Float32Array };

/** A pair of frames as far as their order is concerned. */
export type OrderedFrame = {
  frame: number;
  a: FrameSample;
  b: FrameSample;
  /** What another colour or another place leaves of the difference, 0 to 1; null where the two agree. */
  explained: number | null;
};

/** Places looked at in each direction are as many as give about these in all. */
const SAMPLES = 40_000;
/** Edges are left out: what lies there depends on the framing. */
const MARGIN = 4;
/** Another frame is believed only where it fits this much better than the one in place. */
const CLEARLY = 0.4;

/** Frames that a set may be late or early; two of its frames at least must say so. */
const MOST_SLIP = 12;

/** Takes the sample of a frame. */
export function frameSample({ width, height, pixels }: ComparedPicture): FrameSample {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / SAMPLES)));
  const codes: number[] = [];
  for (let v = MARGIN; v < height - MARGIN; v += step)
    for (let u = MARGIN; u < width - MARGIN; u += step)
      codes.push(logCode(Math.max(0, pixels[3 * (v * width + u) + 1]!)));
  return { width, height, codes: Float32Array.from(codes) };
}

/**
 * The faults of the pictures, or that the set is late, or that single frames stand in each other's place, where another
 * frame explains more than any other colour or place does.
 * @param own the faults of a pair by itself
 */
export function orderFaults<P extends OrderedFrame>(pairs: readonly P[], own: (pair: P) => Fault[]): Fault[] {
  const far = pairs.filter(({ explained }) => explained !== null);
  if (far.length === 0) return [];
  const slipped = slipOf(pairs);
  // A camera that pans shows the next frame as one that has moved: both fit, and the frame is what went wrong.
  if (slipped && slipped.unexplained <= Math.max(...far.map(({ explained }) => explained!))) {
    const { slip } = slipped;
    const text = `the second set shows frame n where the first shows frame n${slip > 0 ? '-' : '+'}${Math.abs(slip)}`;
    return [fault('frame-slip', null, text, { slip })];
  }
  return far.flatMap((pair) => strayFault(pair, pairs) ?? own(pair));
}

/** How many frames B is late (positive) or early against A; null when the frames fit, or when nothing moves in them. */
function slipOf(pairs: readonly OrderedFrame[]): { slip: number; unexplained: number } | null {
  const inPlace = pairs.map(({ a, b }) => misfit(a, b));
  // Held against the same frames of B in place: one bad frame that has no counterpart must not make the rest look late.
  const leftBy = (slip: number) => {
    let [there, here] = [0, 0];
    pairs.forEach(({ a }, k) => {
      const other = pairs[k + slip];
      if (!other) return;
      there += misfit(a, other.b);
      here += inPlace[k + slip]!;
    });
    return here === 0 ? 1 : there / here;
  };
  const farthest = Math.min(MOST_SLIP, pairs.length - 2);
  const slips = Array.from({ length: Math.max(0, farthest) }, (_, k) => [-k - 1, k + 1]).flat();
  if (slips.length === 0) return null;
  const [slip, unexplained] = slips
    .map((each) => [each, leftBy(each)] as const)
    .reduce((least, each) => (each[1] < least[1] ? each : least));
  return unexplained < CLEARLY ? { slip, unexplained } : null;
}

/** The frame of A that this frame of B really shows, where it is another one. */
function strayFault({ frame, a, b, explained }: OrderedFrame, pairs: readonly OrderedFrame[]): Fault | null {
  const inPlace = misfit(a, b);
  const others = pairs.filter((each) => each.frame !== frame);
  if (others.length === 0 || inPlace === 0) return null;
  const [shown, cost] = others
    .map((each) => [each.frame, misfit(each.a, b)] as const)
    .reduce((least, each) => (each[1] < least[1] ? each : least));
  const unexplained = cost / inPlace;
  if (unexplained >= CLEARLY || unexplained > explained!) return null;
  const text = `the second set shows frame ${shown} of the first here`;
  return fault('frame-order', frame, text, { shown, unexplained });
}

/** Mean difference of two samples; a level between the two that is the same everywhere does not count. */
function misfit(a: FrameSample, b: FrameSample): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  const count = Math.max(1, a.codes.length);
  let sum = 0;
  for (let k = 0; k < a.codes.length; k++) sum += b.codes[k]! - a.codes[k]!;
  const middle = sum / count;
  let apart = 0;
  for (let k = 0; k < a.codes.length; k++) apart += Math.abs(b.codes[k]! - a.codes[k]! - middle);
  return apart / count;
}
