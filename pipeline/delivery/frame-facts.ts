import type { Rational } from '../../schemas/rational.ts';
import { type DpxHeader, dpxDamage, readDpxHeader } from '../../standards/dpx/read-header.ts';
import type { Box } from '../../standards/exr/attribute-value.ts';
import { chunkDamage, compressionName } from '../../standards/exr/chunks.ts';
import { type ByteSource, type ExrHeader, readExrHeader } from '../../standards/exr/header.ts';

/** What the header of a delivered frame says, whatever its format; null where it says nothing. */
export type FrameFacts = {
  format: 'exr' | 'dpx';
  /** `1920x1080`. */
  size: string | null;
  compression: string | null;
  reelName: string | null;
  /** With `;` before the frames where the format can tell drop-frame, which DPX cannot. */
  timecode: string | null;
  /** `24000/1001`; of DPX, which holds no fraction, the number nearest to it in 32 bits. */
  framesPerSecond: string | null;
  chromaticities: readonly number[] | null;
  pixelAspectRatio: number | null;
};

/**
 * Reads what a frame file says of itself, by the ending of its name.
 * @throws PipelineError unreadable when it is not of its format or ends within its header
 */
export async function readFrameFacts(source: ByteSource, path: string): Promise<FrameFacts> {
  if (path.endsWith('.dpx')) return dpxFacts(await readDpxHeader(source, path));
  return exrFacts(await readExrHeader(source, path));
}

/**
 * What keeps a frame file from being a whole picture, or null when nothing does.
 * @throws PipelineError unreadable as above
 */
export async function frameDamage(source: ByteSource, path: string): Promise<string | null> {
  if (path.endsWith('.dpx')) return dpxDamage(await readDpxHeader(source, path), source.sizeBytes);
  return chunkDamage(source, await readExrHeader(source, path));
}

/** A rate as a frame of that format says it. */
export function rateInHeader(format: FrameFacts['format'], rate: Rational): string {
  return format === 'dpx' ? String(Math.fround(rate.num / rate.den)) : `${rate.num}/${rate.den}`;
}

/** A timecode as a frame of that format says it; null where it cannot hold it. */
export function timecodeInHeader(
  format: FrameFacts['format'],
  timecode: string,
  rate: Rational,
): string | null {
  if (format === 'dpx') return timecode.replace(';', ':');
  // OpenEXR packs two digits of frames, which is what fits up to 60 of them.
  return rate.num / rate.den > 60 ? null : timecode;
}

function exrFacts(header: ExrHeader): FrameFacts {
  const value = (name: string) => header.attributes.get(name)?.value ?? null;
  const box = value('displayWindow') as Box | null;
  const rate = value('framesPerSecond') as Rational | null;
  const reel = value('reelName');
  const aspect = value('pixelAspectRatio');
  const primaries = value('chromaticities');
  return {
    format: 'exr',
    size: box && `${box.xMax - box.xMin + 1}x${box.yMax - box.yMin + 1}`,
    compression: compressionName(header),
    reelName: typeof reel === 'string' ? reel : null,
    timecode: (value('timeCode') as { text: string } | null)?.text ?? null,
    framesPerSecond: rate && rateInHeader('exr', rate),
    chromaticities: Array.isArray(primaries) ? (primaries as number[]) : null,
    pixelAspectRatio: typeof aspect === 'number' ? aspect : null,
  };
}

function dpxFacts(header: DpxHeader): FrameFacts {
  const { width, height, reel, timecode, rate, pixelAspect } = header;
  return {
    format: 'dpx',
    size: `${width}x${height}`,
    compression: null,
    reelName: reel,
    timecode,
    framesPerSecond: rate === null ? null : String(rate),
    chromaticities: null,
    pixelAspectRatio: pixelAspect && pixelAspect.num / pixelAspect.den,
  };
}
