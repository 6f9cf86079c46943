import { deflateSync } from 'node:zlib';

/** What a made TIFF file is. Samples go pixel by pixel, row by row from the top. */
export type TiffShape = {
  width: number;
  height: number;
  samplesPerPixel: number;
  bits: 8 | 16 | 32;
  /** 1: whole numbers, 3: floating point. @default 1 */
  sampleFormat?: number;
  /** @default 2: red, green and blue */
  photometric?: number;
  /** 1 none, 8 Deflate. @default 1 */
  compression?: number;
  orientation?: number;
  /** 1 multiplied into the picture, 2 not. */
  extraSample?: 1 | 2;
  subfile?: number;
  bigEndian?: boolean;
  /** With numbers of 64 bits. */
  big?: boolean;
};

/** A page: what it is, and its samples as stored numbers (of 16-bit floating point: the bits). */
export type TiffPage = TiffShape & { samples: ArrayLike<number> };

/**
 * A TIFF file of one strip a page, written by hand from the specification; no reader of ours or of others has a part in it.
 * Source: TIFF 6.0, section 2 and 8; BigTIFF as libtiff describes it.
 */
export function makeTiff(pages: readonly TiffPage[]): Buffer {
  const { bigEndian = false, big = false } = pages[0]!;
  const parts: Buffer[] = [];
  const headLength = big ? 16 : 8;
  let at = headLength;
  const put = (bytes: Buffer) => {
    const start = at;
    const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    parts.push(padded);
    at += padded.length;
    return start;
  };
  const number = (bytes: number, value: number) => {
    const buffer = Buffer.alloc(bytes);
    if (bytes === 8)
      bigEndian ? buffer.writeBigUInt64BE(BigInt(value)) : buffer.writeBigUInt64LE(BigInt(value));
    else if (bigEndian) buffer.writeUIntBE(value, 0, bytes);
    else buffer.writeUIntLE(value, 0, bytes);
    return buffer;
  };
  const word = big ? 8 : 4;
  const links: { at: number; part: Buffer }[] = [];
  const directories: number[] = [];
  for (const page of pages) {
    const raw = Buffer.concat(Array.from(page.samples, (value) => number(page.bits / 8, value)));
    const stored = page.compression === 8 ? deflateSync(raw) : raw;
    const strip = put(stored);
    const shorts = (values: number[]) => ({
      type: 3,
      count: values.length,
      bytes: Buffer.concat(values.map((v) => number(2, v))),
    });
    const long = (value: number) => ({ type: 4, count: 1, bytes: number(4, value) });
    const each = (value: number) => shorts(Array<number>(page.samplesPerPixel).fill(value));
    const tags: [number, { type: number; count: number; bytes: Buffer }][] = [
      [254, long(page.subfile ?? 0)],
      [256, long(page.width)],
      [257, long(page.height)],
      [258, each(page.bits)],
      [259, shorts([page.compression ?? 1])],
      [262, shorts([page.photometric ?? 2])],
      [273, long(strip)],
      [274, shorts([page.orientation ?? 1])],
      [277, shorts([page.samplesPerPixel])],
      [278, long(page.height)],
      [279, long(stored.length)],
      [284, shorts([1])],
      ...(page.extraSample === undefined
        ? []
        : [[338, shorts([page.extraSample])] as [number, ReturnType<typeof shorts>]]),
      [339, each(page.sampleFormat ?? 1)],
    ];
    const entries = tags.map(([tag, { type, count, bytes }]) => {
      const value = Buffer.alloc(word);
      if (bytes.length <= word) bytes.copy(value);
      else number(word, put(bytes)).copy(value);
      return Buffer.concat([number(2, tag), number(2, type), number(word, count), value]);
    });
    const directory = Buffer.concat([number(big ? 8 : 2, tags.length), ...entries, Buffer.alloc(word)]);
    directories.push(put(directory));
    links.push({ at: directory.length - word, part: parts.at(-1)! });
  }
  for (const [index, link] of links.entries()) {
    const next = directories[index + 1];
    if (next !== undefined) number(word, next).copy(link.part, link.at);
  }
  const head = Buffer.concat([
    Buffer.from(bigEndian ? 'MM' : 'II'),
    number(2, big ? 43 : 42),
    ...(big ? [number(2, 8), number(2, 0)] : []),
    number(word, directories[0]!),
  ]);
  return Buffer.concat([head, ...parts]);
}
