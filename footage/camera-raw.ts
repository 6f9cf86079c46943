import { type TiffTag, tiffHeader } from './tiff-directory.ts';

/** A picture as a Sony ILCE-7RM2 writes it uncompressed. Equal options give equal bytes. */
export type CameraRawOptions = {
  size: { width: number; height: number };
  /** Sensor level above black at a position, 0 to 14 bits, of the colour 0 red, 1 green, 2 blue. */
  level: (x: number, y: number, colour: 0 | 1 | 2) => number;
  /** White balance as shot: gains of red, green and blue. */
  gains: readonly [number, number, number];
};

/** Of the 14-bit sensor. */
const BLACK = 512;
const COLOURS = [0, 1, 1, 2] as const;
const GREEN_GAIN = 1024;

/**
 * A raw still in Sony's form: a TIFF without DNG tags whose colour only the camera's name tells. White balance stands in
 * tag 29443 as green, red, blue, green, the black level in 29456. Source: LibRaw 0.20, `parse_tiff_ifd`.
 */
export function makeCameraRaw({ size, level, gains }: CameraRawOptions): Buffer {
  const { width, height } = size;
  const samples = Buffer.alloc(width * height * 2);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const colour = COLOURS[(y % 2) * 2 + (x % 2)]!;
      samples.writeUInt16LE(BLACK + Math.round(level(x, y, colour)), (y * width + x) * 2);
    }
  const [red, green, blue] = gains.map((gain) => Math.round((gain / gains[1]) * GREEN_GAIN)) as [
    number,
    number,
    number,
  ];
  const tags: TiffTag[] = [
    { tag: 254, type: 'long', values: [0] },
    { tag: 256, type: 'long', values: [width] },
    { tag: 257, type: 'long', values: [height] },
    { tag: 258, type: 'short', values: [16] },
    { tag: 259, type: 'short', values: [1] },
    { tag: 262, type: 'short', values: [32803] },
    { tag: 271, type: 'ascii', text: 'SONY' },
    { tag: 272, type: 'ascii', text: 'ILCE-7RM2' },
    { tag: 274, type: 'short', values: [1] },
    { tag: 277, type: 'short', values: [1] },
    { tag: 278, type: 'long', values: [height] },
    { tag: 279, type: 'long', values: [samples.length] },
    { tag: 33421, type: 'short', values: [2, 2] },
    { tag: 33422, type: 'byte', bytes: [0, 1, 1, 2] },
    { tag: 29443, type: 'short', values: [green, red, blue, green] },
    { tag: 29456, type: 'short', values: [BLACK, BLACK, BLACK, BLACK] },
  ];
  return Buffer.concat([tiffHeader(tags, []), samples]);
}
