import type { ComparedPicture } from './picture.ts';
import { type Place, readerOf } from './place.ts';

/** Pixels of each side that are compared where both show the same. */
const WIDEST = 400;

/** Both pictures where both show the same, B read where it lies, between its pixels, in steps over large ones. */
export function alignedPair(
  a: ComparedPicture,
  b: ComparedPicture,
  place: Place,
): { a: ComparedPicture; b: ComparedPicture } {
  const { width, height } = a;
  const step = Math.max(1, Math.floor(width / WIDEST));
  const read = readerOf(place, width, height);
  const inside = (at: number, length: number) => at >= 0 && at <= length - 1;
  const shown = (length: number, where: (k: number) => number) =>
    Array.from({ length: Math.floor(length / step) }, (_, k) => k * step).filter((k) =>
      inside(where(k), length),
    );
  const [across, down] = [shown(width, read.x), shown(height, read.y)];
  const size = { width: across.length, height: down.length };
  const [first, second] = [0, 0].map(() => new Float32Array(3 * size.width * size.height)) as [
    Float32Array,
    Float32Array,
  ];
  let at = 0;
  for (const v of down)
    for (const u of across)
      for (const channel of [0, 1, 2]) {
        first[at] = a.pixels[3 * (v * width + u) + channel]!;
        second[at++] = between(b, read.x(u), read.y(v), channel);
      }
  return { a: { ...a, ...size, pixels: first }, b: { ...b, ...size, pixels: second } };
}

function between({ width, height, pixels }: ComparedPicture, x: number, y: number, channel: number): number {
  const [p, q] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))];
  const [s, t] = [x - p, y - q];
  const of = (u: number, v: number) => pixels[3 * (v * width + u) + channel]!;
  const top = of(p, q) * (1 - s) + of(p + 1, q) * s;
  return top * (1 - t) + (of(p, q + 1) * (1 - s) + of(p + 1, q + 1) * s) * t;
}
