import { open, readFile, rename } from 'node:fs/promises';
import type { DpxOutput, RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import { DPX_TRANSFER, dpxHeader, dpxLineBytes } from '../../standards/dpx/write-header.ts';
import { hashBytes } from '../../standards/hash/hasher.ts';
import { formatTimecode } from '../../standards/time/timecode.ts';
import { frameTimecode } from './exr-header.ts';
import { outputSize } from './framing.ts';

/**
 * The complete header of one DPX frame, identical for both routes.
 * @throws PipelineError input-invalid for a timecode that cannot exist
 */
export function dpxFrameHeader(job: SegmentJob, { bits, header }: DpxOutput, frame: number): Buffer {
  const timecode = frameTimecode(header, frame);
  const { cameraModel, cameraSerialNumber } = header.strings;
  return dpxHeader({
    ...outputSize(job.geometry),
    bits,
    transfer: transferOf(job.colour.outputSpace),
    pixelAspect: job.geometry.pixelAspectRatio,
    ...(header.framesPerSecond ? { rate: header.framesPerSecond } : {}),
    ...(timecode === null ? {} : { timecode: formatTimecode(timecode) }),
    ...(header.reelName === undefined ? {} : { reel: header.reelName }),
    ...(cameraModel === undefined ? {} : { inputDevice: cameraModel }),
    ...(cameraSerialNumber === undefined ? {} : { inputSerialNumber: cameraSerialNumber }),
    frame,
    frameCount: job.clip.frameCount,
  });
}

function transferOf(space: string): number {
  if (/^ADX1[06]$/.test(space)) return DPX_TRANSFER.adx;
  return space === 'Raw' ? DPX_TRANSFER.userDefined : DPX_TRANSFER.logarithmic;
}

/**
 * Packs a picture that oiiotool wrote as float OpenEXR without compression into a DPX file: the reference for what
 * exr-frames does. oiiotool's own DPX writer cuts codes off instead of rounding them, and names a random file inside.
 */
export async function packDpx(
  written: string,
  job: SegmentJob,
  output: DpxOutput,
  final: string,
  frame: number,
): Promise<RenderedFrame> {
  const { width, height } = outputSize(job.geometry);
  const floats = await readFile(written);
  const line = dpxLineBytes(output.bits, width);
  const header = dpxFrameHeader(job, output, frame);
  const bytes = Buffer.alloc(header.length + line * height);
  header.copy(bytes);
  // Each chunk is a line number, a size and one line of B, G and R, at the end of the file.
  const chunk = 8 + width * 12;
  for (let y = 0; y < height; y++) {
    const from = floats.length - (height - y) * chunk + 8;
    const row = new Float32Array(
      floats.buffer.slice(floats.byteOffset + from, floats.byteOffset + from + width * 12),
    );
    packLine(row, width, output.bits, bytes, header.length + y * line);
  }
  const part = `${final}.part`;
  const file = await open(part, 'wx');
  await file.writeFile(bytes).finally(() => file.close());
  await rename(part, final);
  return { frame, file: final, sizeBytes: bytes.length, xxh128: hashBytes('xxh128', bytes) };
}

function packLine(row: Float32Array, width: number, bits: 10 | 16, out: Buffer, at: number): void {
  const highest = 2 ** bits - 1;
  const code = (value: number) =>
    Math.floor(Math.fround(Math.min(1, Math.max(0, value || 0)) * highest) + 0.5);
  for (let x = 0; x < width; x++) {
    const [b, g, r] = [code(row[x]!), code(row[width + x]!), code(row[2 * width + x]!)];
    if (bits === 10) out.writeUInt32BE(((r << 22) | (g << 12) | (b << 2)) >>> 0, at + x * 4);
    else for (const [c, value] of [r, g, b].entries()) out.writeUInt16BE(value, at + x * 6 + c * 2);
  }
}
