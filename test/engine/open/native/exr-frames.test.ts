import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exrDamage } from '../../../../engine/open/exr-check.ts';
import { frameHeader } from '../../../../engine/open/exr-header.ts';
import type { ExrJob } from '../../../../engine/open/render-run.ts';
import { runProgram } from '../../../../engine/tools/run-program.ts';
import { PINNED_CONFIG } from '../../../../standards/amf/pinned-config.ts';
import { toolPath } from '../../../support/tools.ts';
import { readPicture } from '../../picture.ts';

type Written = {
  width: number;
  height: number;
  planes: Float32Array;
  compression: 'none' | 'zip' | 'piz';
  lines?: string[];
};

const METHOD = { none: 0, zip: 3, piz: 4 };
const WEIRD = [
  0, 1, -1, 65504, 65519.99, 65520, 1e30, -1e30, 6e-8, 2.9e-8, 3e-8, 1e-10, -6.1e-5, 5.9e-8, 1.0009765,
  1.0004883,
];

describe('exr-frames', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exr-frames-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Writes one frame from planes G, B, R, with `cat` for a decoder. */
  async function write({ width, height, planes, compression, lines = [] }: Written): Promise<string> {
    const work = await mkdtemp(join(folder, 'frame-'));
    const [raw, spec, out] = ['raw', 'spec.txt', 'out.exr'].map((name) => join(work, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(raw, planes);
    const header = frameHeader(jobOf(width, height), jobOf(width, height, compression).output, 0).toString(
      'hex',
    );
    const all = [
      `size ${width} ${height}`,
      `cut 0 0 ${width} ${height}`,
      `canvas ${width} ${height} 0 0`,
      `method ${METHOD[compression]} 4`,
      ...lines,
      `frame 0 ${header} ${out}`,
    ];
    await writeFile(spec, `${all.join('\n')}\n`);
    await runProgram({
      tool: 'exr-frames',
      path: toolPath('exr-frames'),
      args: [spec, '--', '/bin/cat', raw],
    });
    return out;
  }

  const sizes = [
    [3, 2],
    [17, 33],
    [129, 70],
    [640, 31],
  ] as const;
  const pictures: Record<string, (index: number) => number> = {
    noise: (i) => ((Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24) * 4 - 1,
    'a ramp': (i) => i * 1e-4,
    black: () => 0,
    'flat colour': () => 0.18,
    'strange values': (i) => WEIRD[i % WEIRD.length]!,
    'few values, long runs': (i) => Math.floor(i / 700) % 3,
  };

  it.each(Object.keys(pictures))(
    '%s comes back from ZIP and PIZ as OpenEXR itself reads it',
    async (name) => {
      for (const [width, height] of sizes) {
        const planes = Float32Array.from({ length: width * height * 3 }, (_, index) =>
          pictures[name]!(index),
        );
        const none = await readPicture(await write({ width, height, planes, compression: 'none' }));
        const wanted = Float32Array.from(none.pixels, (_, i) =>
          asHalf(planes[[2, 0, 1][i % 3]! * width * height + Math.floor(i / 3)]!),
        );
        expect(none.pixels).toEqual(wanted);
        for (const compression of ['zip', 'piz'] as const) {
          const file = await write({ width, height, planes, compression });
          expect(await exrDamage(file)).toBeNull();
          expect((await readPicture(file)).pixels).toEqual(none.pixels);
        }
      }
    },
  );

  it('all 65536 half floats survive PIZ, whose 14-bit arithmetic they do not fit', async () => {
    const planes = Float32Array.from({ length: 256 * 256 * 3 }, (_, index) =>
      halfValue(Math.imul(index, 40503) & 0xffff),
    );
    const [none, piz] = await Promise.all(
      (['none', 'piz'] as const).map((compression) =>
        write({ width: 256, height: 256, planes, compression }),
      ),
    );
    expect((await readPicture(piz!)).pixels).toEqual((await readPicture(none!)).pixels);
  });

  it('a processor without vector instructions writes the same bytes, and so do seven threads', async () => {
    const [width, height] = [333, 70];
    const planes = Float32Array.from({ length: width * height * 3 }, (_, i) =>
      i % 97 === 0 ? WEIRD[i % WEIRD.length]! : Math.sin(i) * 1.5,
    );
    const curve = join(folder, 'curve.f32');
    await writeFile(
      curve,
      Float32Array.from({ length: 6 * 65536 + 1 }, (_, i) => 2 ** ((i / 65536 - 2) * 3)),
    );
    const lines = [`curve ${curve}`, 'matrix 0.68 0.23 0.08 0.08 1.01 -0.1 0.002 -0.06 1.06'];
    for (const compression of ['none', 'zip', 'piz'] as const) {
      const files = await Promise.all(
        [[], ['portable'], ['threads 7']].map((more) =>
          write({ width, height, planes, compression, lines: [...lines, ...more] }),
        ),
      );
      const [first, ...others] = await Promise.all(files.map((file) => readFile(file)));
      for (const other of others) expect(other.equals(first!)).toBe(true);
    }
  });

  it('a decoder that ends early is told, with how far it came, and no file has its name', async () => {
    const planes = new Float32Array(8 * 8 * 3 - 1);
    await expect(write({ width: 8, height: 8, planes, compression: 'none' })).rejects.toThrow(
      'the decoder ended after 0 of 1 frames',
    );
  });

  it('a decoder that fails is told', async () => {
    const spec = join(folder, 'fails.txt');
    await writeFile(spec, 'size 1 1\ncut 0 0 1 1\ncanvas 1 1 0 0\nmethod 0 0\nframe 0 00 /nowhere/x.exr\n');
    const run = runProgram({
      tool: 'exr-frames',
      path: toolPath('exr-frames'),
      args: [spec, '--', '/bin/false'],
    });
    await expect(run).rejects.toMatchObject({ code: 'tool-failed' });
  });

  it.each(['size 0 5', 'matrix 1 2 3', 'method 9 4', 'wonder 1', 'cut 5 5 8 8'])(
    'a job with the line "%s" is refused in words',
    async (line) => {
      const spec = join(folder, 'wrong.txt');
      await writeFile(
        spec,
        `size 8 8\ncut 0 0 8 8\ncanvas 8 8 0 0\nmethod 0 0\n${line}\nframe 0 00 /nowhere/x.exr\n`,
      );
      const run = runProgram({
        tool: 'exr-frames',
        path: toolPath('exr-frames'),
        args: [spec, '--', '/bin/true'],
      });
      await expect(run).rejects.toThrow(/exr-frames: /);
    },
  );
});

/** Round to nearest, ties to even, by arithmetic on numbers: not the way the program does it. */
function asHalf(value: number): number {
  const single = Math.fround(value);
  if (single === 0) return 0;
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(single)))) - 10);
  const steps = single / step;
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  const half = rounded * step;
  // No matrix keeps the sign of zero.
  return Math.abs(half) > 65504 ? Math.sign(half) * Number.POSITIVE_INFINITY : half + 0;
}

function halfValue(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  // Not-a-numbers compare unequal to themselves; infinity stands in.
  const size =
    exponent === 31
      ? Number.POSITIVE_INFINITY
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

function jobOf(width: number, height: number, compression: 'none' | 'zip' | 'piz' = 'none'): ExrJob {
  return {
    version: 1,
    kind: 'segment-job',
    clip: { clipId: 'c', clipName: 'c', frameRate: { num: 24, den: 1 }, frameCount: 1 },
    sources: [],
    frames: { first: 0, last: 0 },
    decode: { codec: 'prores', container: 'mov' },
    geometry: {
      source: { width, height },
      crop: { x: 0, y: 0, width, height },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 1, den: 1 },
    },
    colour: {
      config: PINNED_CONFIG.uri,
      configSha256: PINNED_CONFIG.sha256,
      decodedSpace: 'ACEScg',
      steps: [],
      outputSpace: 'ACEScg',
    },
    output: { kind: 'exr', compression, container: 'openexr', header: { strings: {}, numbers: {} } },
    engine: 'open',
    route: 'fast',
  };
}
