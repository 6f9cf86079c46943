import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../engine/tools/run-program.ts';
import { toolPath } from '../support/tools.ts';

/** A picture in memory: float RGB, row by row from the top, three interleaved values. */
export type Picture = { width: number; height: number; pixels: Float32Array };

/** Reads any picture file in full by oiiotool, after `commands` were applied: a decode that is not the engine's own. */
export async function readPicture(
  path: string,
  commands: string[] = [],
  env: Record<string, string> = {},
): Promise<Picture> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  try {
    const pfm = join(folder, 'picture.pfm');
    const args = ['-i:type=float', path, ...commands, '-d', 'float', '-o', pfm];
    await runProgram({ tool: 'oiiotool', path: toolPath('oiiotool'), args, env });
    return parsePfm(readFileSync(pfm));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** PFM as OpenImageIO writes it: little-endian, bottom row first. */
function parsePfm(bytes: Buffer): Picture {
  const head = /^PF\n(\d+) (\d+)\n-[\d.]+\n/.exec(bytes.subarray(0, 80).toString('latin1'));
  if (!head) throw new Error('not a little-endian colour PFM');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const flipped = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset + head[0].length, bytes.byteOffset + bytes.length),
  );
  const pixels = new Float32Array(flipped.length);
  const row = width * 3;
  for (let y = 0; y < height; y++)
    pixels.set(flipped.subarray((height - 1 - y) * row, (height - y) * row), y * row);
  return { width, height, pixels };
}

/** Largest and mean relative difference, as fractions; differences below `floor` count against `floor`, not against zero. */
export function relativeDifference(a: Picture, b: Picture, floor = 1e-3): { max: number; mean: number } {
  if (a.width !== b.width || a.height !== b.height)
    throw new Error(`${a.width}x${a.height} against ${b.width}x${b.height}`);
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.pixels.length; i++) {
    const difference = Math.abs(a.pixels[i]! - b.pixels[i]!) / Math.max(Math.abs(b.pixels[i]!), floor);
    if (!(difference <= max)) max = difference;
    sum += difference;
  }
  return { max, mean: sum / a.pixels.length };
}
