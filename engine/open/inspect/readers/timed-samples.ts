import type { ByteSource } from '../../../../standards/exr/header.ts';
import type { ByteCursor } from '../byte-cursor.ts';
import { type Box, childAt } from './mov-boxes.ts';

/** Where one sample of a track lies in the file. */
export type SamplePlace = { index: number; offset: number; length: number };

/** Samples looked at over a take, evenly spread: settings change slowly, and a store is asked once for each. */
const MOST_SAMPLES = 32;
/** A second of telemetry is some ten kilobytes. */
const LONGEST_SAMPLE = 64 * 1024;

/**
 * Places of the first samples of chunks, evenly over the track, first and last among them. Source: ISO/IEC 14496-12 clause 8.7.
 * @throws EndOfBytes
 */
export function spreadSamples(cursor: ByteCursor, stbl: Box): SamplePlace[] {
  const [stsz, stsc] = [childAt(cursor, stbl, 'stsz'), childAt(cursor, stbl, 'stsc')];
  const offsets = chunkOffsets(cursor, stbl);
  if (!stsz || !stsc || !offsets || offsets.count === 0) return [];
  const places: SamplePlace[] = [];
  const steps = Math.min(MOST_SAMPLES, offsets.count);
  for (let i = 0; i < steps; i++) {
    const chunk = steps === 1 ? 0 : Math.floor((i * (offsets.count - 1)) / (steps - 1));
    const index = firstSampleOf(cursor, stsc, chunk);
    const length = sampleSize(cursor, stsz, index);
    if (length > 0)
      places.push({ index, offset: offsets.at(chunk), length: Math.min(length, LONGEST_SAMPLE) });
  }
  return places;
}

/** The bytes of samples, in their order. */
export async function readSamples(source: ByteSource, places: readonly SamplePlace[]): Promise<Uint8Array[]> {
  const samples: Uint8Array[] = [];
  for (const { offset, length } of places) samples.push(await source.read(offset, length));
  return samples;
}

function chunkOffsets(cursor: ByteCursor, stbl: Box): { count: number; at(chunk: number): number } | null {
  const stco = childAt(cursor, stbl, 'stco');
  const box = stco ?? childAt(cursor, stbl, 'co64');
  if (!box) return null;
  const width = stco ? 4 : 8;
  const count = Math.min(cursor.u32(box.start + 4), Math.floor((box.end - box.start - 8) / width));
  return {
    count,
    at: (chunk) => (stco ? cursor.u32(box.start + 8 + chunk * 4) : cursor.u64(box.start + 8 + chunk * 8)),
  };
}

/** 0-based index of a chunk's first sample, by the runs of chunks that hold equally many. */
function firstSampleOf(cursor: ByteCursor, stsc: Box, chunk: number): number {
  const runs = Math.min(cursor.u32(stsc.start + 4), Math.floor((stsc.end - stsc.start - 8) / 12));
  let index = 0;
  for (let run = 0; run < runs; run++) {
    const at = stsc.start + 8 + run * 12;
    const first = cursor.u32(at) - 1;
    const next = run + 1 < runs ? cursor.u32(at + 12) - 1 : Number.POSITIVE_INFINITY;
    if (chunk < next) return index + Math.max(0, chunk - first) * cursor.u32(at + 4);
    index += Math.max(0, next - first) * cursor.u32(at + 4);
  }
  return index;
}

function sampleSize(cursor: ByteCursor, stsz: Box, index: number): number {
  const all = cursor.u32(stsz.start + 4);
  if (all > 0) return all;
  return index < cursor.u32(stsz.start + 8) ? cursor.u32(stsz.start + 12 + index * 4) : 0;
}
