import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPicture } from '../picture.ts';
import { inspected, made, plateOf, prepared, run } from './made-picture.ts';
import { makeTiff, type TiffPage, type TiffShape } from './make-tiff.ts';

const [WIDTH, HEIGHT, FRAMES] = [48, 32, 3];
const NAME = 'A001C001_240101_R1AB';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Codes without a pattern, other ones in every frame. */
function codes(frame: number, count: number, most: number): number[] {
  let state = frame * 7919 + 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * (most + 1));
  });
}

/** The half float that is nearest, ties to even, as a number. Source: IEEE 754-2019 clause 4.3.1. */
function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - 10);
  const steps = Math.abs(value) / step;
  const down = Math.floor(steps);
  const rest = steps - down;
  const whole = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return Math.sign(value) * whole * step;
}

/** Value of the bits of a half float. */
function ofHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

function floatBits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

type Kind = {
  shape: Omit<TiffShape, 'width' | 'height'>;
  value: (code: number) => number;
  samples: (frame: number, count: number) => number[];
};

const whole = (bits: 8 | 16, samplesPerPixel: number): Kind => ({
  shape: { bits, samplesPerPixel, ...(samplesPerPixel % 2 === 0 ? { extraSample: 2 } : {}) },
  value: (code) => half(Math.fround(code / (2 ** bits - 1))),
  samples: (frame, count) => codes(frame, count, 2 ** bits - 1),
});
const light = (bits: 16 | 32, samplesPerPixel: number): Kind => ({
  shape: { bits, samplesPerPixel, sampleFormat: 3 },
  value: (code) => half(bits === 16 ? ofHalf(code) : Math.fround(code / 1000)),
  samples: (frame, count) => codes(frame, count, 0x7bff),
});

function page(kind: Kind, frame: number, other: Partial<TiffShape> = {}): TiffPage {
  const shape = { width: WIDTH, height: HEIGHT, ...kind.shape, ...other };
  const numbers = kind.samples(frame, shape.width * shape.height * shape.samplesPerPixel);
  const isFloat32 = shape.sampleFormat === 3 && shape.bits === 32;
  return {
    ...shape,
    samples: isFloat32 ? numbers.map((code) => floatBits(Math.fround(code / 1000))) : numbers,
  };
}

/** R, G and B of each pixel by our own arithmetic. */
function truth(kind: Kind, frame: number): Float32Array {
  const { samplesPerPixel } = kind.shape;
  const numbers = kind.samples(frame, WIDTH * HEIGHT * samplesPerPixel);
  const isGrey = samplesPerPixel < 3;
  return Float32Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    return kind.value(numbers[pixel * samplesPerPixel + (isGrey ? 0 : channel)]!);
  });
}

let folders = 0;
function sequence(fileOf: (frame: number) => Buffer, frames = FRAMES, ending = 'tif'): string {
  const dir = join(folder, `card-${folders++}`, NAME);
  mkdirSync(dir, { recursive: true });
  for (let frame = 0; frame < frames; frame++)
    writeFileSync(join(dir, `${NAME}.${String(86_400 + frame).padStart(7, '0')}.${ending}`), fileOf(frame));
  return dir;
}

/** Files written again by oiiotool, in a form that we do not write ourselves. */
function again(dir: string, ...commands: string[]): void {
  for (let frame = 0; frame < FRAMES; frame++) {
    const file = join(dir, `${NAME}.${String(86_400 + frame).padStart(7, '0')}.tif`);
    run('oiiotool', '--no-autopremult', file, ...commands, '-o', file);
  }
}

async function jobOf(dir: string) {
  return prepared(await inspected(dir, folder), dir).deliverables[0]!.job;
}

async function expectToTheBit(dir: string, kind: Kind, wanted = (frame: number) => truth(kind, frame)) {
  const { frames } = await made(await jobOf(dir), { first: 0, last: FRAMES - 1 }, folder);
  expect(frames.map(({ frame }) => frame)).toEqual([0, 1, 2]);
  for (const { frame, file } of frames) {
    const [{ pixels }, expected] = [await readPicture(file), wanted(frame)];
    const different = pixels.filter((value, at) => value !== expected[at]).length;
    expect(different, `values of frame ${frame} that differ`).toBe(0);
  }
}

describe('a sequence of TIFF files', { timeout: 120_000 }, () => {
  it.each<[string, Kind, Partial<TiffShape>]>([
    ['8-bit RGB', whole(8, 3), {}],
    ['16-bit RGB', whole(16, 3), {}],
    ['16-bit RGB, big-endian', whole(16, 3), { bigEndian: true }],
    ['16-bit RGB, Deflate', whole(16, 3), { compression: 8 }],
    ['16-bit RGBA, the alpha not multiplied in', whole(16, 4), {}],
    ['8-bit RGBA, the alpha not multiplied in', whole(8, 4), {}],
    ['16-bit RGBA, the alpha multiplied in', whole(16, 4), { extraSample: 1 }],
    ['16-bit grey', whole(16, 1), { photometric: 1 }],
    ['8-bit grey with alpha', whole(8, 2), { photometric: 1 }],
    ['half float RGB', light(16, 3), {}],
    ['half float RGB, Deflate', light(16, 3), { compression: 8 }],
    ['float RGB', light(32, 3), {}],
    ['16-bit RGB of 64-bit offsets', whole(16, 3), { big: true }],
    ['16-bit RGB of 64-bit offsets, big-endian', whole(16, 3), { big: true, bigEndian: true }],
  ])('gives its picture to the bit: %s', async (_, kind, other) => {
    await expectToTheBit(
      sequence((frame) => makeTiff([page(kind, frame, other)])),
      kind,
    );
  });

  it.each([
    ['LZW', ['--compression', 'lzw']],
    ['LZW with the differences of a predictor', ['--attrib', 'tiff:Predictor', '2', '--compression', 'lzw']],
    ['PackBits', ['--compression', 'packbits']],
    ['tiles', ['--tile', '16', '16']],
    ['a plane for each colour', ['--planarconfig', 'separate']],
  ])('gives it so in every form without loss: %s', async (_, commands) => {
    for (const kind of [whole(16, 3), whole(8, 4)]) {
      const dir = sequence((frame) => makeTiff([page(kind, frame)]));
      again(dir, ...commands);
      await expectToTheBit(dir, kind);
    }
  });

  it('is one clip by its numbers, tells rate, colour and timecode only where its files do', async () => {
    const kind = whole(16, 3);
    const clip = await inspected(
      sequence((frame) => makeTiff([page(kind, frame)]), 2),
      folder,
    );
    expect(clip).toMatchObject({
      clipName: NAME,
      files: [
        { role: 'frame', frame: 0 },
        { role: 'frame', frame: 1 },
      ],
    });
    const value = (name: string) => clip.fields[name]?.value ?? null;
    expect(value('frameCount')).toBe(2);
    expect(value('imageSize')).toEqual({ width: WIDTH, height: HEIGHT });
    expect(value('codec')).toMatchObject({ family: 'tiff', bitDepth: 16 });
    for (const name of ['frameRate', 'startTimecode', 'transferFunction', 'colorPrimaries'])
      expect(value(name), name).toBeNull();
    const float = await inspected(
      sequence((frame) => makeTiff([page(light(16, 3), frame)])),
      folder,
    );
    expect(float.fields.codec?.value).toMatchObject({ family: 'tiff', bitDepth: 16, profile: 'float' });
  });

  it('is delivered upright where its files say how they lie', async () => {
    const kind = whole(16, 3);
    // What is stored as row y and column x lies upright at the place that TIFF 6.0 gives it, by the first row and column.
    const upright: Record<number, (x: number, y: number) => [number, number]> = {
      2: (x, y) => [WIDTH - 1 - x, y],
      3: (x, y) => [WIDTH - 1 - x, HEIGHT - 1 - y],
      4: (x, y) => [x, HEIGHT - 1 - y],
      5: (x, y) => [y, x],
      6: (x, y) => [HEIGHT - 1 - y, x],
      7: (x, y) => [HEIGHT - 1 - y, WIDTH - 1 - x],
      8: (x, y) => [y, WIDTH - 1 - x],
    };
    for (const [orientation, place] of Object.entries(upright)) {
      const dir = sequence((frame) => makeTiff([page(kind, frame, { orientation: Number(orientation) })]));
      const got = await plateOf(await jobOf(dir), 1, folder);
      const stored = truth(kind, 1);
      const wanted = new Float32Array(stored.length);
      const width = Number(orientation) > 4 ? HEIGHT : WIDTH;
      for (let y = 0; y < HEIGHT; y++)
        for (let x = 0; x < WIDTH; x++) {
          const [toX, toY] = place(x, y);
          wanted.set(stored.subarray((y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3), (toY * width + toX) * 3);
        }
      expect(got.width, orientation).toBe(width);
      expect(got.pixels.filter((value, at) => value !== wanted[at]).length, orientation).toBe(0);
    }
  });

  it('takes the picture and not the smaller version of it that comes before', async () => {
    const kind = whole(16, 3);
    const small = { ...page(kind, 9, { width: 8, height: 8 }), subfile: 1 };
    await expectToTheBit(
      sequence((frame) => makeTiff([small, page(kind, frame)])),
      kind,
    );
  });

  const rgb = whole(16, 3);
  it.each<[string, (frame: number) => Buffer, RegExp]>([
    ['of several pages', (frame) => makeTiff([page(rgb, frame), page(rgb, frame + 1)]), /it has 2 pictures/],
    [
      'of a palette',
      (frame) => makeTiff([page(whole(8, 1), frame, { photometric: 3 })]),
      /neither red, green and blue nor grey/,
    ],
    [
      'of printing inks',
      (frame) => makeTiff([page(whole(8, 4), frame, { photometric: 5 })]),
      /neither red, green and blue nor grey/,
    ],
    [
      'of grey from white on',
      (frame) => makeTiff([page(whole(8, 1), frame, { photometric: 0 })]),
      /neither red, green and blue nor grey/,
    ],
    [
      'of signed numbers',
      (frame) => makeTiff([page(rgb, frame, { sampleFormat: 2 })]),
      /16, 16, 16 bits \(SampleFormat 2\)/,
    ],
    ['with loss', (frame) => makeTiff([page(rgb, frame, { compression: 7 })]), /its compression \(7\)/],
  ])('is refused in one sentence: %s', async (_, fileOf, sentence) => {
    const dir = sequence(fileOf);
    await expect(plateOf(await jobOf(dir), 0, folder)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(sentence),
    });
  });

  it('is refused at a frame of another size, and at one that was cut off', async () => {
    const dir = sequence((frame) => makeTiff([page(rgb, frame, frame === 1 ? { width: 47 } : {})]));
    const job = await jobOf(dir);
    await expect(made(job, { first: 0, last: 2 }, folder)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/0086401\.tif is 47x32, its clip is 48x32/),
    });
    expect((await plateOf(job, 2, folder)).pixels).toEqual(truth(rgb, 2));
    const short = sequence((frame) => {
      const bytes = makeTiff([page(rgb, frame)]);
      // Directory and all come first here; what is missing is picture.
      return frame === 2 ? withPictureLast(bytes) : bytes;
    });
    await expect(plateOf(await jobOf(short), 2, folder)).rejects.toMatchObject({ code: 'unreadable' });
  });

  it('gives a proxy too', async () => {
    const dir = sequence((frame) => makeTiff([page(rgb, frame, { width: 320, height: 180 })]));
    const job = prepared(await inspected(dir, folder), dir, 'editorial-proxy').deliverables[0]!.job;
    expect((await made(job, { first: 0, last: 2 }, folder)).movie!.frameCount).toBe(3);
  });
});

/** The strip moved behind everything, and cut off in the middle. */
function withPictureLast(bytes: Buffer): Buffer {
  const length = WIDTH * HEIGHT * 6;
  const moved = Buffer.concat([bytes, bytes.subarray(8, 8 + length / 2)]);
  const directory = bytes.readUInt32LE(4);
  for (let at = directory + 2; at < bytes.length; at += 12)
    if (bytes.readUInt16LE(at) === 273) {
      moved.writeUInt32LE(bytes.length, at + 8);
      return moved;
    }
  throw new Error('no strip');
}
