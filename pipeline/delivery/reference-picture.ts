import type { ViewedFrame } from '../../engine/engine.ts';
import type { ComparedPicture } from '../validation/picture.ts';

/** A part of a picture in its own pixels; edges may lie between pixels. */
export type PicturePart = { x: number; y: number; width: number; height: number };

/** Rec.709 light to ACES2065-1, adapted from D65 to D60 by Bradford. Source: ITU-R BT.709; SMPTE ST 2065-1. */
const TO_AP0 = [
  [0.4396329819, 0.3829886982, 0.1773783199],
  [0.0897764431, 0.8134394287, 0.0967841282],
  [0.0175411704, 0.11154655, 0.8709122796],
] as const;

/** Codes up to this are the black of a letterbox, its noise included. */
const BORDER_CODE = 0.1;
/** Of a row or column, what may be brighter in a bar: where a codec rings at its edge. */
const BORDER_SHARE = 0.1;
/** Light that falls on every screen, as a part of its white: without it the noise of black would outweigh all else. */
const FLARE = 0.002;

/** A part of a shown picture at another size, each new pixel the mean of what it covers, as light. */
export function asLight(
  picture: ViewedFrame,
  part: PicturePart,
  width: number,
  height: number,
): ComparedPicture {
  const pixels = new Float32Array(3 * width * height);
  const [across, down] = [part.width / width, part.height / height];
  const code = new Float64Array(3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      meanInto(code, picture, part.x + x * across, part.y + y * down, across, down);
      for (let c = 0; c < 3; c++) code[c] = FLARE + Math.max(0, code[c]!) ** 2.4;
      for (let c = 0; c < 3; c++) {
        const row = TO_AP0[c]!;
        pixels[3 * (y * width + x) + c] = row[0] * code[0]! + row[1] * code[1]! + row[2] * code[2]!;
      }
    }
  return { frame: picture.frame, width, height, pixels, header: null };
}

/** The mean of what lies under one new pixel, edges by their share. Called for each of them: nothing is allocated. */
function meanInto(
  mean: Float64Array,
  { width, height, pixels }: ViewedFrame,
  x: number,
  y: number,
  across: number,
  down: number,
): void {
  const right = Math.min(width, x + Math.max(across, 1));
  const bottom = Math.min(height, y + Math.max(down, 1));
  mean.fill(0);
  let weight = 0;
  for (let v = Math.max(0, Math.floor(y)); v < bottom; v++)
    for (let u = Math.max(0, Math.floor(x)); u < right; u++) {
      const share = (Math.min(u + 1, right) - Math.max(u, x)) * (Math.min(v + 1, bottom) - Math.max(v, y));
      const at = 3 * (v * width + u);
      weight += share;
      for (let c = 0; c < 3; c++) mean[c] = mean[c]! + share * pixels[at + c]!;
    }
  for (let c = 0; c < 3; c++) mean[c] = mean[c]! / Math.max(weight, 1e-9);
}

/** What of a picture is not the black of a letterbox or pillarbox; the whole where it is black all over. */
export function withoutBorders(pictures: readonly ViewedFrame[]): PicturePart {
  const { width, height } = pictures[0]!;
  const isLit = (x: number, y: number) =>
    pictures.some(({ pixels }) => [0, 1, 2].some((c) => pixels[3 * (y * width + x) + c]! > BORDER_CODE));
  const each = (length: number) => Array.from({ length }, (_, at) => at);
  const [allRows, allColumns] = [each(height), each(width)];
  const rows = allRows.filter((y) => allColumns.filter((x) => isLit(x, y)).length > BORDER_SHARE * width);
  const columns = allColumns.filter(
    (x) => rows.filter((y) => isLit(x, y)).length > BORDER_SHARE * rows.length,
  );
  if (rows.length === 0 || columns.length === 0) return { x: 0, y: 0, width, height };
  const [left, right, top, bottom] = [columns[0]!, columns.at(-1)!, rows[0]!, rows.at(-1)!];
  // A bar is on both sides; a dark corner of the picture is not a bar.
  const [bars, posts] = [Math.min(top, height - 1 - bottom), Math.min(left, width - 1 - right)];
  return { x: posts, y: bars, width: width - 2 * posts, height: height - 2 * bars };
}

/** The middle of a part, cut to an aspect ratio. */
export function cutToAspect({ x, y, width, height }: PicturePart, aspect: number): PicturePart {
  if (width / height > aspect) {
    const narrow = height * aspect;
    return { x: x + (width - narrow) / 2, y, width: narrow, height };
  }
  const low = width / aspect;
  return { x, y: y + (height - low) / 2, width, height: low };
}
