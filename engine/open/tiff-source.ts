import { open } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { byteSource } from './exr-check.ts';
import { turnArguments } from './framing.ts';
import { numbers, type TiffFacts, type TiffValue, tiffReader } from './inspect/readers/tiff.ts';
import { requireSourceSize } from './source-files.ts';

type Directory = Record<string, TiffValue>;

/** Bits of NewSubfileType: a smaller version of another picture, a mask. Source: TIFF 6.0, section 8. */
const [REDUCED, MASK] = [1, 4];
/** Source: TIFF 6.0, PhotometricInterpretation. */
const [GREY, RGB] = [1, 2];
/** None, LZW, Deflate by its two numbers, PackBits: all give back what was put in. Source: TIFF 6.0; Adobe TIFF Technical Notes 2002. */
const LOSSLESS = new Set([1, 5, 8, 32946, 32773]);
/** Samples that OpenImageIO takes to float without widening codes its own way: SampleFormat and bits. */
const SAMPLES = new Set(['1 8', '1 16', '1 32', '3 16', '3 32']);

/**
 * oiiotool commands that put the picture of a TIFF file on its stack, upright: three channels, as they are stored. Alpha is
 * left out and never multiplied in.
 * @throws PipelineError unsupported for a form whose samples are not red, green and blue or grey, unreadable when it is cut
 * off or of another size
 */
export async function readTiffSource(
  path: string,
  name: string,
  { geometry: { source }, decode }: Pick<SegmentJob, 'geometry' | 'decode'>,
): Promise<string[]> {
  const facts = await factsOf(path);
  const damage = facts.damage ?? (facts.truncated === null ? null : 'it ends before its picture does');
  if (damage !== null)
    throw new PipelineError('unreadable', `${name} is not a whole picture: ${damage}.`, { name, damage });
  const picture = tiffPicture(facts);
  if ('cannot' in picture)
    throw new PipelineError('unsupported', `${name} cannot be taken as a picture: ${picture.cannot}.`, {
      name,
      why: picture.cannot,
    });
  const { page, width, height, channels } = picture;
  const isTurned = (decode.orientation?.clockwise ?? 0) % 180 !== 0;
  requireSourceSize(name, isTurned ? { width: height, height: width } : { width, height }, source);
  return [
    // OpenImageIO would multiply samples by an alpha that is not in them yet.
    ...['--no-autopremult', ...readAsFloat(path)],
    ...(page === 0 ? [] : ['--subimage', String(page)]),
    ...['--ch', channels.join(','), '--chnames', 'R,G,B'],
    ...turnArguments(decode.orientation),
  ];
}

async function factsOf(path: string): Promise<TiffFacts> {
  const file = await open(path, 'r');
  try {
    return (await tiffReader.read(await byteSource(file))) as TiffFacts;
  } finally {
    await file.close();
  }
}

/** Which directory of a TIFF file is its picture, and which of its samples are red, green and blue; or why none is, as a clause. */
export function tiffPicture({
  ifd0,
  pages,
}: Pick<TiffFacts, 'ifd0' | 'pages'>):
  | { page: number; width: number; height: number; channels: number[] }
  | { cannot: string } {
  const all = [ifd0, ...pages];
  const whole = all.filter((each) => (number(each, 'NewSubFileType', 0) & (REDUCED | MASK)) === 0);
  const [picture] = whole;
  if (picture === undefined || whole.length > 1)
    return { cannot: `it has ${whole.length} pictures (pages); a frame is a file of one` };
  const cannot = whyNot(picture);
  if (cannot !== null) return { cannot };
  return {
    page: all.indexOf(picture),
    width: number(picture, 'ImageWidth', 0),
    height: number(picture, 'ImageLength', 0),
    channels: number(picture, 'PhotometricInterpretation', RGB) === GREY ? [0, 0, 0] : [0, 1, 2],
  };
}

function whyNot(picture: Directory): string | null {
  const photometric = number(picture, 'PhotometricInterpretation', -1);
  const samples = number(picture, 'SamplesPerPixel', 1);
  const isRgb = photometric === RGB && samples >= 3;
  if (!isRgb && photometric !== GREY)
    return `its samples are neither red, green and blue nor grey from black on (PhotometricInterpretation ${photometric}, ${samples} samples)`;
  const compression = number(picture, 'Compression', 1);
  if (!LOSSLESS.has(compression))
    return `its compression (${compression}) is none of those without loss: none, LZW, Deflate, PackBits`;
  const bits = numbers(picture.BitsPerSample);
  const formats = numbers(picture.SampleFormat);
  const kinds = new Set(bits.map((depth, at) => `${formats[at] ?? formats[0] ?? 1} ${depth}`));
  const [kind] = kinds;
  if (kinds.size === 1 && SAMPLES.has(kind!)) return null;
  return `its samples have ${bits.join(', ') || 'an unknown number of'} bits (SampleFormat ${formats[0] ?? 1}): 8, 16 or 32 without sign and 16 or 32 in floating point are taken`;
}

function number(picture: Directory, tag: string, absent: number): number {
  return numbers(picture[tag])[0] ?? absent;
}
