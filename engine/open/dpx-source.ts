import { open } from 'node:fs/promises';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { requireSourceSize } from './source-files.ts';

const LITTLE_ENDIAN = 'XPDS';
/** Pixels per line and lines. Source: SMPTE ST 268-1:2014 table 2. */
const SIZE_AT = 772;

/**
 * FFmpeg takes pictures of any size one after the other, and what follows it counts bytes.
 * @throws PipelineError unreadable when a frame is of another size than its clip
 */
export async function requireDpxSize(
  path: string,
  name: string,
  { geometry: { source }, decode }: Pick<SegmentJob, 'geometry' | 'decode'>,
): Promise<void> {
  const head = Buffer.alloc(SIZE_AT + 8);
  const file = await open(path, 'r');
  await file.read(head, 0, head.length, 0).finally(() => file.close());
  const isLittle = head.toString('latin1', 0, 4) === LITTLE_ENDIAN;
  const number = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const stored = { width: number(SIZE_AT), height: number(SIZE_AT + 4) };
  const turn = decode.orientation?.clockwise ?? 0;
  const upright = turn % 180 === 0 ? stored : { width: stored.height, height: stored.width };
  requireSourceSize(name, upright, source);
}
