import { open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { PixelSize } from '../../schemas/segment-job.ts';
import type { ExrHeader } from '../../standards/exr/header.ts';
import { wholeExr } from '../open/exr-check.ts';

const CHANNELS = ['R', 'G', 'B'];

/**
 * Refuses a picture that is not whole, has not the three channels of light, or is not of the size of the source: a program
 * that scaled or cropped on its own would put every framing computed by us in the wrong place.
 * @throws PipelineError tool-failed when it is not whole, which another run may mend; unsupported
 */
export async function requireSourcePicture(path: string, tool: string, size: PixelSize): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { header } = await wholeExr(file, path).catch((cause: unknown) => {
      if (!(cause instanceof PipelineError) || cause.code !== 'unreadable') throw cause;
      throw new PipelineError('tool-failed', `${tool} left a picture that cannot be read: ${cause.message}`, {
        tool,
        path,
      });
    });
    const { width, height } = sizeOf(header);
    // It would be the same again: no retry helps.
    if (width !== size.width || height !== size.height)
      throw new PipelineError(
        'unsupported',
        `${tool} wrote a picture of ${width}x${height}, the source is ${size.width}x${size.height}`,
        { tool, path, width, height, expected: size },
      );
    const channels = channelsOf(header);
    if (!CHANNELS.every((name) => channels.includes(name)))
      throw new PipelineError(
        'unsupported',
        `${tool} wrote a picture with the channels ${channels.join(', ') || 'of no name'}, expected R, G and B`,
        { tool, path, channels },
      );
  } finally {
    await file.close();
  }
}

function sizeOf({ attributes }: ExrHeader): PixelSize {
  const window = attributes.get('displayWindow')?.value as
    | { xMin: number; yMin: number; xMax: number; yMax: number }
    | undefined;
  return window
    ? { width: window.xMax - window.xMin + 1, height: window.yMax - window.yMin + 1 }
    : { width: 0, height: 0 };
}

function channelsOf({ attributes }: ExrHeader): string[] {
  const channels = attributes.get('channels')?.value as { name: string }[] | undefined;
  return channels?.map(({ name }) => name) ?? [];
}
