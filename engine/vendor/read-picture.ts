import { mkdtemp, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { readExrHeader } from '../../standards/exr/header.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

/** The space in which pictures are compared. */
const PICTURE_SPACE = 'ACES2065-1';

/** A picture file in memory: float RGB from the top row, and its header where it is OpenEXR. */
export type PictureInMemory = {
  width: number;
  height: number;
  pixels: Float32Array;
  header: Record<string, string> | null;
};

/** How a file codes its samples: whole numbers of so many bits, 0 to 1 in a colour space of the pinned config. */
export type SampleCoding = { space: string; bits: number };

/**
 * Reads a picture file whole, as it is displayed: data window and display window made one, alpha left out.
 * @param options.space colour space of the pinned config that the file is in; it is read as ACES2065-1
 * @param options.through another file's coding that the picture is rounded to first, so that the two have the same to lose
 * @throws PipelineError unreadable, tool-failed, tool-missing
 */
export async function readPictureFile(
  path: string,
  tools: ToolPaths,
  signal: AbortSignal,
  { space = PICTURE_SPACE, through }: { space?: string; through?: SampleCoding } = {},
): Promise<PictureInMemory> {
  const folder = await mkdtemp(join(tmpdir(), 'picture-'));
  const convert = async (from: string, file: string, to: string, samples: string) => {
    const colour = from === to ? [] : ['--colorconfig', PINNED_CONFIG.uri, '--colorconvert', from, to];
    const input = ['-i:type=float', file, '--croptofull', '--ch', 'R,G,B'];
    const output = join(folder, samples === 'float' ? 'picture.pfm' : 'coded.tif');
    const args = [...oiiotoolStart(1), ...input, ...colour, '-d', samples, '-o', output];
    await runProgram({ tool: 'oiiotool', path: requireTool(tools, 'oiiotool'), args, signal });
    return output;
  };
  try {
    const coded = through && (await convert(space, path, through.space, `uint${through.bits}`));
    const pfm = await convert(through?.space ?? space, coded ?? path, PICTURE_SPACE, 'float');
    return { ...parsePfm(await readFile(pfm), path), header: await headerOf(path) };
  } finally {
    await removeFolder(folder);
  }
}

/** Bits of a file's samples where they are whole numbers; null for floats, and for what does not say. */
export async function sampleBits(
  path: string,
  tools: ToolPaths,
  signal: AbortSignal,
): Promise<number | null> {
  const args = ['--wildcardoff', '--info', path];
  const call = { tool: 'oiiotool', path: requireTool(tools, 'oiiotool'), args, signal };
  const { stdout } = await runProgram(call);
  const bits = /channel, uint(\d+) /.exec(stdout.toString('utf8'))?.[1];
  return bits === undefined ? null : Number(bits);
}

/** PFM has its bottom row first. */
function parsePfm(bytes: Buffer, path: string): Omit<PictureInMemory, 'header'> {
  const head = /^PF\n(\d+) (\d+)\n-[\d.]+\n/.exec(bytes.subarray(0, 80).toString('latin1'));
  if (!head) throw new PipelineError('unreadable', `${path} could not be read as an RGB picture`, { path });
  const [width, height, row] = [Number(head[1]), Number(head[2]), 3 * Number(head[1])];
  const pixels = new Float32Array(row * height);
  const target = new Uint8Array(pixels.buffer);
  for (let y = 0; y < height; y++) {
    const from = head[0].length + 4 * row * (height - 1 - y);
    target.set(bytes.subarray(from, from + 4 * row), 4 * row * y);
  }
  return { width, height, pixels };
}

async function headerOf(path: string): Promise<Record<string, string> | null> {
  if (!/\.exr$/i.test(path)) return null;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const { attributes } = await readExrHeader({ sizeBytes: size, read }, path);
    return Object.fromEntries([...attributes].map(([name, { value }]) => [name, JSON.stringify(value)]));
  } finally {
    await file.close();
  }
}
