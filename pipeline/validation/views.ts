import type { PictureDifference } from './compare-picture.ts';
import type { ComparedPicture } from './picture.ts';

/** A picture as a page shows it: interleaved bytes of red, green and blue. */
export type View = {
  width: number;
  height: number;
  rgb: Uint8Array;
  /** Of the picture itself, before it was made small. */
  source: { width: number; height: number };
};

/** Both pictures of a pair, and where they differ. */
export type PairViews = {
  a: View;
  b: View;
  /** null where the two have no pixels in common. `full`: the ΔE ITP that is white. */
  map: (View & { full: number }) | null;
};

const WIDEST = 480;
/** ΔE ITP that is white in the difference map at least: below, nobody sees anything. */
const LEAST_FULL = 1;

/** What of a pair is kept to be shown, small. */
export function pairViews(
  a: ComparedPicture,
  b: ComparedPicture,
  difference: PictureDifference | null,
): PairViews {
  return {
    a: view(a, shown(a), 'first'),
    b: view(b, shown(b), 'first'),
    map: difference && mapView(a, difference),
  };
}

function mapView(a: ComparedPicture, { map, deltaItp }: PictureDifference): View & { full: number } {
  // The range of grey for nearly all there is: measured by its largest, one spark would make the rest black.
  const full = Math.max(LEAST_FULL, deltaItp.p99);
  const greyAt = (pixel: number) => {
    const value = byte((255 * map[pixel]!) / full);
    return [value, value, value];
  };
  return { ...view(a, greyAt, 'brightest'), full };
}

function view(
  { width, height }: ComparedPicture,
  colourAt: (pixel: number) => readonly number[],
  shrink: 'first' | 'brightest',
): View {
  const step = Math.max(1, Math.ceil(width / WIDEST));
  const [w, h] = [Math.max(1, Math.floor(width / step)), Math.max(1, Math.floor(height / step))];
  const rgb = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = y * step * width + x * step;
      rgb.set(shrink === 'first' ? colourAt(at) : brightestOf(at, step, width, colourAt), 3 * (y * w + x));
    }
  return { width: w, height: h, rgb, source: { width, height } };
}

/** Of a block of pixels that become one: a line one pixel wide must not fall between those that are kept. */
function brightestOf(
  at: number,
  step: number,
  width: number,
  colourAt: (pixel: number) => readonly number[],
): readonly number[] {
  let best: readonly number[] = [0, 0, 0];
  for (let k = 0; k < step * step; k++) {
    const colour = colourAt(at + Math.floor(k / step) * width + (k % step));
    if (colour[0]! > best[0]!) best = colour;
  }
  return best;
}

/** A plain view for orientation: square root of the light; not a display transform. */
function shown({ pixels }: ComparedPicture): (pixel: number) => readonly number[] {
  return (pixel) =>
    [0, 1, 2].map((channel) => byte(255 * Math.sqrt(Math.max(0, pixels[3 * pixel + channel]!))));
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
