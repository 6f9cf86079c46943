import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, decodeText, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';
import { readXml, type XmlTree } from '../sidecars/xml-tree.ts';
import { type GpmfFacts, readGpmf } from './gpmf.ts';
import { type Box, boxesIn, childAt, fileBoxes } from './mov-boxes.ts';
import { type MovValue, readKeys, readUserData } from './mov-metadata.ts';
import { type MovTrack, readTrack } from './mov-track.ts';
import { type RtmdFacts, readRtmd } from './sony-rtmd.ts';
import { readSamples, spreadSamples } from './timed-samples.ts';

/** What the atoms of a QuickTime or MP4 file say. */
export type MovFacts = {
  brand: string | null;
  /** Seconds since 1904-01-01, in whatever zone the maker took; 0 when unset. */
  createdSeconds: number | null;
  tracks: MovTrack[];
  /** Metadata keys of the movie and its tracks, the movie's first. */
  keys: Record<string, MovValue>;
  userData: Record<string, string>;
  /** XML of a `meta` box at file level: Sony's non-real-time metadata. */
  xml: XmlTree | null;
  /** Camera settings over the take, in GoPro's telemetry track. */
  telemetry: GpmfFacts | null;
  /** Camera settings frame by frame, in Sony's metadata track. */
  rtmd: RtmdFacts | null;
  /** The box that the file ends inside of. */
  truncated: { box: string; expectedBytes: number; actualBytes: number } | null;
  /** Why the file was never closed, in words: recorders write the movie header last. */
  unfinished: string | null;
  damage: string | null;
};

/** No camera's movie header is longer; hours of samples take a few megabytes. */
const LONGEST_MOOV = 64 * 1024 * 1024;
/**
 * What may stand at file level. While a recorder writes, the length of the media data is not set, and a walk by lengths runs into
 * pictures that look like boxes of any name. Source: ISO/IEC 14496-12 table 1; QuickTime File Format, "Atoms".
 */
const FILE_BOXES = new Set(
  'ftyp styp moov mdat moof mfra sidx ssix free skip wide pnot udta uuid meta PICT prfl'.split(' '),
);
const LONGEST_XML = 4 * 1024 * 1024;

/** QuickTime and MP4 headers. Source: QuickTime File Format Specification; ISO/IEC 14496-12. */
export const movReader: FactReader = {
  tool: 'mov-atoms',
  version: '1',
  async read(source): Promise<MovFacts> {
    const boxes = await fileBoxes(source);
    const facts: MovFacts = {
      brand: null,
      createdSeconds: null,
      tracks: [],
      keys: {},
      userData: {},
      xml: null,
      telemetry: null,
      rtmd: null,
      truncated: null,
      unfinished: null,
      damage: null,
    };
    const moov = boxes.find((b) => b.type === 'moov');
    const cut = boxes.find((b) => b.truncated && (moov !== undefined || FILE_BOXES.has(b.type)));
    if (cut)
      facts.truncated = {
        box: cut.type,
        expectedBytes: (await claimedEnd(source, cut.offset)) ?? source.sizeBytes,
        actualBytes: source.sizeBytes,
      };
    const ftyp = boxes.find((b) => b.type === 'ftyp');
    if (ftyp && ftyp.end - ftyp.start >= 4)
      facts.brand = decodeText(await source.read(ftyp.start, 4)).trimEnd();
    const meta = boxes.find((b) => b.type === 'meta');
    if (meta) facts.xml = await fileXml(source, meta);
    if (!moov) {
      const damage = 'there is no movie header (moov)';
      return { ...facts, damage, unfinished: cut ? null : damage };
    }
    if (moov.end - moov.start > LONGEST_MOOV)
      return { ...facts, damage: `the movie header is ${moov.end - moov.start} bytes long` };
    const bytes = await source.read(moov.start, moov.end - moov.start);
    await readMoov(source, new ByteCursor(bytes), facts);
    return facts;
  },
};

async function claimedEnd(source: ByteSource, offset: number): Promise<number | null> {
  const head = new ByteCursor(await source.read(offset, 16));
  const size = head.u32(0);
  if (size !== 1) return offset + size;
  return head.length >= 16 ? offset + head.u64(8) : null;
}

async function fileXml(source: ByteSource, meta: Box): Promise<XmlTree | null> {
  const cursor = new ByteCursor(await source.read(meta.start, Math.min(meta.end - meta.start, LONGEST_XML)));
  const xml = boxesIn(cursor, 4, cursor.length).find((b) => b.type === 'xml ');
  return xml
    ? readXml(decodeText(cursor.slice(xml.start + 4, xml.end - xml.start - 4)).replace(/\0+$/, ''))
    : null;
}

async function readMoov(source: ByteSource, cursor: ByteCursor, facts: MovFacts): Promise<void> {
  const moov: Box = { type: 'moov', start: 0, end: cursor.length };
  const guard = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage ??= `a box of the movie header is too short: ${error.message}`;
      return null;
    }
  };
  const mvhd = childAt(cursor, moov, 'mvhd');
  if (mvhd)
    facts.createdSeconds = guard(() =>
      cursor.u8(mvhd.start) === 1 ? cursor.u64(mvhd.start + 4) : cursor.u32(mvhd.start + 4),
    );
  for (const box of boxesIn(cursor, 0, cursor.length)) {
    if (box.type === 'meta') facts.keys = { ...guard(() => readKeys(cursor, box)), ...facts.keys };
    if (box.type === 'udta') {
      facts.userData = guard(() => readUserData(cursor, box)) ?? {};
      // FFmpeg puts the keys it keeps one level deeper than cameras do.
      const inner = childAt(cursor, box, 'meta');
      if (inner) facts.keys = { ...guard(() => readKeys(cursor, inner)), ...facts.keys };
    }
    if (box.type !== 'trak') continue;
    const read = guard(() => readTrack(cursor, box));
    if (!read) continue;
    facts.tracks.push(read.track);
    if (read.track.timecode && read.firstSample !== null)
      read.track.timecode.startFrame = await startFrame(
        source,
        read.firstSample,
        read.track.timecode.negativeTimesOk,
      );
    const meta = childAt(cursor, box, 'meta');
    if (meta) facts.keys = { ...guard(() => readKeys(cursor, meta)), ...facts.keys };
    if (!isTimed(read.track)) continue;
    const stbl = childAt(cursor, box, 'mdia', 'minf', 'stbl');
    const places = stbl ? guard(() => spreadSamples(cursor, stbl)) : null;
    const samples = await readSamples(source, places ?? []);
    if (samples.length === 0) continue;
    if (read.track.format === 'gpmd') facts.telemetry ??= readGpmf(samples);
    else facts.rtmd ??= readRtmd(samples);
  }
}

/** Tracks of metadata over time that are read. */
function isTimed(track: MovTrack): boolean {
  return track.format === 'gpmd' || track.format === 'rtmd';
}

async function startFrame(source: ByteSource, offset: number, signed: boolean): Promise<number | null> {
  const sample = new ByteCursor(await source.read(offset, 4));
  if (sample.length < 4) return null;
  return signed ? sample.i32(0) : sample.u32(0);
}
