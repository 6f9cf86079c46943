import { open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { PixelSize } from '../../schemas/segment-job.ts';
import { readExrHeader } from '../../standards/exr/header.ts';
import { exrPicture } from '../../standards/exr/picture.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { byteSource } from './exr-check.ts';
import { requireSourceSize } from './source-files.ts';

/**
 * oiiotool commands that put the colour picture of an OpenEXR file on its stack: three channels R, G and B, from pixel 0, 0.
 * @throws PipelineError unsupported when the file does not tell which picture is meant, unreadable when it has another size
 */
export async function readExrSource(path: string, name: string, size: PixelSize): Promise<string[]> {
  const file = await open(path, 'r');
  try {
    const header = await readExrHeader(await byteSource(file), name);
    const picture = exrPicture(header);
    if ('cannot' in picture)
      throw new PipelineError('unsupported', `${name} cannot be taken as a picture: ${picture.cannot}.`, {
        name,
        why: picture.cannot,
      });
    const { part, channels, frame, isPlain } = picture;
    const [width, height] = [frame.xMax - frame.xMin + 1, frame.yMax - frame.yMin + 1];
    requireSourceSize(name, { width, height }, size);
    return [
      ...readAsFloat(path),
      ...(header.parts.length > 1 ? ['--subimage', String(part)] : []),
      ...['--ch', channels.map((channel, at) => `${'RGB'[at]}=${channel}`).join(',')],
      ...(isPlain ? [] : framed(`${width}x${height}${signed(frame.xMin)}${signed(frame.yMin)}`)),
    ];
  } finally {
    await file.close();
  }
}

/** Cuts off and fills up to a frame, and moves it to pixel 0, 0. */
function framed(frame: string): string[] {
  return ['--fullsize', frame, '--croptofull', '--origin', '+0+0', '--fullpixels'];
}

function signed(offset: number): string {
  return offset < 0 ? String(offset) : `+${offset}`;
}
