import type { ByteCursor } from '../byte-cursor.ts';
import { type Box, boxesIn, childAt } from './mov-boxes.ts';

/** A time code track's description and first value. Source: QuickTime File Format, "Timecode Media". */
export type MovTimecode = {
  dropFrame: boolean;
  twentyFourHourMax: boolean;
  negativeTimesOk: boolean;
  counter: boolean;
  timescale: number;
  frameDuration: number;
  /** Frames per second as one byte; cameras write 29 for 29.97, so it is no base to count in. */
  numberOfFrames: number;
  /** From the `name` atom of the description; null when there is none. */
  reelName: string | null;
  /** Frame number of the first frame; null when its sample cannot be read. */
  startFrame: number | null;
};

/** One track as its headers describe it. Times are in `timescale` units. */
export type MovTrack = {
  id: number;
  handler: string;
  timescale: number;
  duration: number;
  sampleCount: number;
  /** Sample durations, run by run: at most the first 64 runs. */
  durations: { count: number; delta: number }[];
  /** Sum over all runs. */
  totalDelta: number;
  smallestDelta: number | null;
  /** The last sample's duration left out: recorders round it. */
  largestDelta: number | null;
  /** Four-character code of the coding: `apch`, `avc1`, `tmcd`. */
  format: string | null;
  width: number | null;
  height: number | null;
  compressor: string | null;
  pixelAspect: { horizontal: number; vertical: number } | null;
  cleanAperture: { width: number; height: number } | null;
  /** `colr`: type and its code points. Source: ISO/IEC 23091-2. */
  colour: {
    type: string;
    primaries: number;
    transfer: number;
    matrix: number;
    fullRange: boolean | null;
  } | null;
  fields: { count: number; order: number } | null;
  channels: number | null;
  sampleRate: number | null;
  bitDepth: number | null;
  /** The transformation of the track header, as 9 fixed-point numbers. */
  matrix: number[];
  timecode: MovTimecode | null;
};

const LISTED_RUNS = 64;

/** Reads one `trak` box; the first sample of a time code track is read by whoever has the file. */
export function readTrack(cursor: ByteCursor, trak: Box): { track: MovTrack; firstSample: number | null } {
  const tkhd = childAt(cursor, trak, 'tkhd');
  const mdhd = childAt(cursor, trak, 'mdia', 'mdhd');
  const hdlr = childAt(cursor, trak, 'mdia', 'hdlr');
  const stbl = childAt(cursor, trak, 'mdia', 'minf', 'stbl');
  const handler = hdlr ? cursor.fourcc(hdlr.start + 8) : '';
  const entry = stbl ? sampleEntry(cursor, stbl) : null;
  const long = mdhd ? cursor.u8(mdhd.start) === 1 : false;
  const track: MovTrack = {
    id: tkhd ? cursor.u32(tkhd.start + (cursor.u8(tkhd.start) === 1 ? 20 : 12)) : 0,
    handler,
    timescale: mdhd ? cursor.u32(mdhd.start + (long ? 20 : 12)) : 0,
    duration: mdhd ? (long ? cursor.u64(mdhd.start + 24) : cursor.u32(mdhd.start + 16)) : 0,
    ...(stbl
      ? sampleTimes(cursor, stbl)
      : { sampleCount: 0, durations: [], totalDelta: 0, smallestDelta: null, largestDelta: null }),
    format: entry?.type ?? null,
    ...NOTHING_VISUAL,
    ...(entry && handler === 'vide' ? visualEntry(cursor, entry) : {}),
    ...(entry && handler === 'soun' ? soundEntry(cursor, entry) : {}),
    matrix: tkhd ? trackMatrix(cursor, tkhd) : [],
    timecode: entry?.type === 'tmcd' ? timecodeEntry(cursor, entry) : null,
  };
  return { track, firstSample: stbl ? firstChunkOffset(cursor, stbl) : null };
}

const NOTHING_VISUAL = {
  width: null,
  height: null,
  compressor: null,
  pixelAspect: null,
  cleanAperture: null,
  colour: null,
  fields: null,
  channels: null,
  sampleRate: null,
  bitDepth: null,
};

function sampleEntry(cursor: ByteCursor, stbl: Box): Box | null {
  const stsd = childAt(cursor, stbl, 'stsd');
  return stsd ? (boxesIn(cursor, stsd.start + 8, stsd.end)[0] ?? null) : null;
}

function sampleTimes(
  cursor: ByteCursor,
  stbl: Box,
): Pick<MovTrack, 'sampleCount' | 'durations' | 'totalDelta' | 'smallestDelta' | 'largestDelta'> {
  const stts = childAt(cursor, stbl, 'stts');
  const stsz = childAt(cursor, stbl, 'stsz');
  const durations: MovTrack['durations'] = [];
  let totalDelta = 0;
  let counted = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  const runs = stts ? Math.min(cursor.u32(stts.start + 4), Math.floor((stts.end - stts.start - 8) / 8)) : 0;
  for (let i = 0; i < runs; i++) {
    const count = cursor.u32(stts!.start + 8 + i * 8);
    const delta = cursor.u32(stts!.start + 12 + i * 8);
    if (durations.length < LISTED_RUNS) durations.push({ count, delta });
    totalDelta += count * delta;
    counted += count;
    const isOnlyLastSample = i === runs - 1 && i > 0 && count === 1;
    if (count > 0 && !isOnlyLastSample) {
      smallest = Math.min(smallest, delta);
      largest = Math.max(largest, delta);
    }
  }
  const sampleCount = stsz ? cursor.u32(stsz.start + 8) : counted;
  return {
    sampleCount,
    durations,
    totalDelta,
    smallestDelta: Number.isFinite(smallest) ? smallest : null,
    largestDelta: largest > 0 ? largest : null,
  };
}

function firstChunkOffset(cursor: ByteCursor, stbl: Box): number | null {
  const stco = childAt(cursor, stbl, 'stco');
  if (stco && stco.end - stco.start >= 12) return cursor.u32(stco.start + 8);
  const co64 = childAt(cursor, stbl, 'co64');
  return co64 && co64.end - co64.start >= 16 ? cursor.u64(co64.start + 8) : null;
}

function visualEntry(cursor: ByteCursor, entry: Box): Partial<MovTrack> {
  if (entry.end - entry.start < 78) return {};
  const nameLength = Math.min(cursor.u8(entry.start + 42), 31);
  const extensions = boxesIn(cursor, entry.start + 78, entry.end);
  const find = (type: string, length: number) =>
    extensions.find((b) => b.type === type && b.end - b.start >= length);
  const pasp = find('pasp', 8);
  const clap = find('clap', 32);
  const colr = find('colr', 10);
  const fiel = find('fiel', 2);
  return {
    width: cursor.u16(entry.start + 24),
    height: cursor.u16(entry.start + 26),
    compressor: cursor.text(entry.start + 43, nameLength) || null,
    pixelAspect: pasp ? { horizontal: cursor.u32(pasp.start), vertical: cursor.u32(pasp.start + 4) } : null,
    cleanAperture: clap
      ? {
          width: cursor.u32(clap.start) / cursor.u32(clap.start + 4),
          height: cursor.u32(clap.start + 8) / cursor.u32(clap.start + 12),
        }
      : null,
    colour: colr ? colourOf(cursor, colr) : null,
    fields: fiel ? { count: cursor.u8(fiel.start), order: cursor.u8(fiel.start + 1) } : null,
  };
}

function colourOf(cursor: ByteCursor, colr: Box): MovTrack['colour'] {
  const type = cursor.fourcc(colr.start);
  if (type !== 'nclc' && type !== 'nclx') return null;
  return {
    type,
    primaries: cursor.u16(colr.start + 4),
    transfer: cursor.u16(colr.start + 6),
    matrix: cursor.u16(colr.start + 8),
    fullRange:
      type === 'nclx' && colr.end - colr.start >= 11 ? (cursor.u8(colr.start + 10) & 0x80) !== 0 : null,
  };
}

function soundEntry(cursor: ByteCursor, entry: Box): Partial<MovTrack> {
  if (entry.end - entry.start < 28) return {};
  // Version 2 keeps the true values behind the old ones, which then hold fixed numbers.
  if (cursor.u16(entry.start + 8) === 2 && entry.end - entry.start >= 56)
    return {
      sampleRate: cursor.f64(entry.start + 32),
      channels: cursor.u32(entry.start + 40),
      bitDepth: cursor.u32(entry.start + 48),
    };
  return {
    channels: cursor.u16(entry.start + 16),
    bitDepth: cursor.u16(entry.start + 18),
    sampleRate: cursor.u32(entry.start + 24) / 65536,
  };
}

function trackMatrix(cursor: ByteCursor, tkhd: Box): number[] {
  const start = tkhd.start + (cursor.u8(tkhd.start) === 1 ? 52 : 40);
  if (start + 36 > tkhd.end) return [];
  return Array.from({ length: 9 }, (_, i) => cursor.i32(start + i * 4) / (i % 3 === 2 ? 2 ** 30 : 65536));
}

function timecodeEntry(cursor: ByteCursor, entry: Box): MovTimecode | null {
  if (entry.end - entry.start < 25) return null;
  const flags = cursor.u32(entry.start + 12);
  const name =
    entry.end - entry.start > 26
      ? boxesIn(cursor, entry.start + 26, entry.end).find((b) => b.type === 'name')
      : undefined;
  const reelName =
    name && name.end - name.start >= 4
      ? cursor.text(name.start + 4, Math.min(cursor.u16(name.start), name.end - name.start - 4))
      : null;
  return {
    dropFrame: (flags & 1) !== 0,
    twentyFourHourMax: (flags & 2) !== 0,
    negativeTimesOk: (flags & 4) !== 0,
    counter: (flags & 8) !== 0,
    timescale: cursor.u32(entry.start + 16),
    frameDuration: cursor.u32(entry.start + 20),
    numberOfFrames: cursor.u8(entry.start + 24),
    reelName: reelName === '' ? null : reelName,
    startFrame: null,
  };
}
