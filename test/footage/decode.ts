import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../engine/tools/run-program.ts';
import { toolPath } from '../support/tools.ts';

/** A decoded picture: interleaved RGB, row by row from the top. */
export type Picture = { pixels: Uint8Array | Float32Array; width: number; height: number };

const CONFIG = 'ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5';

/** All frames of a movie or one picture as 8-bit R′G′B′, by FFmpeg; `filters` come before the conversion. */
export async function decodeEightBit(
  input: string[],
  size: { width: number; height: number },
  filters: string[] = [],
): Promise<Picture[]> {
  const { stdout } = await runProgram({
    tool: 'ffmpeg',
    path: toolPath('ffmpeg'),
    maxStdoutBytes: 1e9,
    args: [
      '-v',
      'error',
      ...input,
      '-vf',
      [...filters, 'format=rgb24'].join(','),
      '-f',
      'rawvideo',
      'pipe:1',
    ],
  });
  const frameBytes = size.width * size.height * 3;
  return Array.from({ length: stdout.length / frameBytes }, (_, i) => ({
    ...size,
    pixels: stdout.subarray(i * frameBytes, (i + 1) * frameBytes),
  }));
}

/** One frame of a movie as a full-range 16-bit TIFF, undone exactly by zimg, then to ACES2065-1 by OpenImageIO and its ACES config. */
export async function movieFrameToAp0(file: string, frame: number, space: string): Promise<Picture> {
  return inScratch(async (dir) => {
    const tiff = join(dir, 'frame.tif');
    await runProgram({
      tool: 'ffmpeg',
      path: toolPath('ffmpeg'),
      args: [
        '-v',
        'error',
        '-i',
        file,
        '-vf',
        `select=eq(n\\,${frame}),zscale=matrixin=709:rangein=limited:matrix=gbr:range=full,format=gbrp16le,format=rgb48le`,
        '-frames:v',
        '1',
        '-compression_algo',
        'raw',
        '-y',
        tiff,
      ],
    });
    return toAp0(tiff, space);
  });
}

/** A picture file to ACES2065-1 by OpenImageIO; further oiiotool words go before the conversion. */
export async function toAp0(file: string, space: string | null, words: string[] = []): Promise<Picture> {
  return inScratch(async (dir) => {
    const out = join(dir, 'ap0.exr');
    const convert = space === null ? [] : ['--colorconvert', space, 'ACES2065-1'];
    await runProgram({
      tool: 'oiiotool',
      path: toolPath('oiiotool'),
      args: [
        '--colorconfig',
        CONFIG,
        '-i:type=float',
        file,
        // The flag of an ACES container would forbid the float file that is written here.
        '--eraseattrib',
        'acesImageContainerFlag',
        ...words,
        ...convert,
        '-d',
        'float',
        '--compression',
        'none',
        '-o',
        out,
      ],
    });
    return readFloat(out);
  });
}

async function readFloat(exr: string): Promise<Picture> {
  const { stdout: size } = await runProgram({
    tool: 'ffprobe',
    path: toolPath('ffprobe'),
    args: ['-v', 'error', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', exr],
  });
  const [width, height] = size.toString().trim().split(',').map(Number) as [number, number];
  const { stdout } = await runProgram({
    tool: 'ffmpeg',
    path: toolPath('ffmpeg'),
    maxStdoutBytes: 1e9,
    args: ['-v', 'error', '-i', exr, '-f', 'rawvideo', '-pix_fmt', 'gbrpf32le', 'pipe:1'],
  });
  const planes = new Float32Array(new Uint8Array(stdout).buffer);
  const count = width * height;
  const pixels = new Float32Array(count * 3);
  for (let p = 0; p < count; p++) {
    pixels[p * 3] = planes[p + 2 * count]!;
    pixels[p * 3 + 1] = planes[p]!;
    pixels[p * 3 + 2] = planes[p + count]!;
  }
  return { pixels, width, height };
}

async function inScratch<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'rushes-footage-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
