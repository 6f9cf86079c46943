import { deltaItp, itpOf, logCode } from './perceptual.ts';
import type { ComparedPicture } from './picture.ts';

/** Largest, mean and 99th percentile. */
export type Spread = { max: number; mean: number; p99: number };

/** How far two pictures are apart. */
export type PictureDifference = {
  /** Just noticeable steps. Source: ITU-R BT.2124, ΔE ITP. */
  deltaItp: Spread;
  /** Ten-bit codes on the ACEScct curve. */
  codeValues: Spread;
  /** ΔE ITP of every pixel, for the difference map. */
  map: Float32Array;
};

/** Compares pixel by pixel. The pictures must be of one size; a value that is no number is as far off as can be. */
export function comparePicture(a: ComparedPicture, b: ComparedPicture): PictureDifference {
  const count = a.width * a.height;
  const map = new Float32Array(count);
  const codes = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const at = 3 * k;
    const [ar, ag, ab] = [a.pixels[at]!, a.pixels[at + 1]!, a.pixels[at + 2]!];
    const [br, bg, bb] = [b.pixels[at]!, b.pixels[at + 1]!, b.pixels[at + 2]!];
    if (ar === br && ag === bg && ab === bb) continue;
    map[k] = finite(deltaItp(itpOf(ar, ag, ab), itpOf(br, bg, bb)), 720);
    const code = Math.max(
      Math.abs(logCode(ar) - logCode(br)),
      Math.abs(logCode(ag) - logCode(bg)),
      Math.abs(logCode(ab) - logCode(bb)),
    );
    codes[k] = finite(code, 1023);
  }
  return { deltaItp: spreadOf(map), codeValues: spreadOf(codes), map };
}

function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

function spreadOf(values: Float32Array): Spread {
  if (values.length === 0) return { max: 0, mean: 0, p99: 0 };
  const sorted = Float32Array.from(values).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return {
    max: sorted.at(-1)!,
    mean,
    p99: sorted[Math.min(sorted.length - 1, Math.ceil(0.99 * sorted.length) - 1)]!,
  };
}
