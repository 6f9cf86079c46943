import { open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { PixelSize } from '../../schemas/segment-job.ts';
import { wholeExr } from '../open/exr-check.ts';

/**
 * Refuses a picture that is not whole, or that is not of the size of the source: a program that scaled or cropped on its
 * own would put every framing computed by us in the wrong place.
 * @throws PipelineError unreadable, unsupported
 */
export async function requireSourceSize(path: string, tool: string, size: PixelSize): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { header } = await wholeExr(file, path);
    const window = header.attributes.get('displayWindow')?.value as
      | { xMin: number; yMin: number; xMax: number; yMax: number }
      | undefined;
    const [width, height] = window ? [window.xMax - window.xMin + 1, window.yMax - window.yMin + 1] : [0, 0];
    if (width !== size.width || height !== size.height)
      // It would be the same again: no retry helps.
      throw new PipelineError(
        'unsupported',
        `${tool} wrote a picture of ${width}x${height}, the source is ${size.width}x${size.height}`,
        { tool, path, width, height, expected: size },
      );
  } finally {
    await file.close();
  }
}
