import { text, u8, u16, u32, u64, zeros } from './bytes.ts';

export type MovTimecodeSpec = {
  startFrame: number;
  timescale: number;
  frameDuration: number;
  numberOfFrames: number;
  dropFrame?: boolean;
  reel?: string;
};

export type MovSpec = {
  brand?: string | null;
  format?: string;
  width?: number;
  height?: number;
  /** Runs of sample durations. */
  durations?: [count: number, delta: number][];
  timescale?: number;
  timecode?: MovTimecodeSpec | null;
  /** A second time code track, behind the first. */
  secondTimecode?: MovTimecodeSpec;
  /** Payloads of a timed metadata track, one sample and chunk each. */
  timed?: { format: string; payloads: Buffer[] };
  keys?: Record<string, string>;
  /** FFmpeg puts the keys under `udta`. */
  keysInUserData?: boolean;
  pixelAspect?: [number, number];
  matrix?: number[];
  mediaBytes?: number;
  /** The movie header before the media data. */
  moovFirst?: boolean;
};

const atom = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(8 + body.length), text(type), body]);
};

/** A QuickTime file of headers and a little media data, with or without a time code track. */
export function makeMov(spec: MovSpec = {}): Buffer {
  const { brand = 'qt  ', mediaBytes = 64 } = spec;
  const ftyp = brand === null ? zeros(0) : atom('ftyp', text(brand), u32(512), text(brand));
  const timecodeAt = (offset: number) => offset + 8;
  const build = (mdatOffset: number) =>
    atom('moov', mvhd(), ...tracks(spec, timecodeAt(mdatOffset)), ...metadata(spec));
  const mdat = atom(
    'mdat',
    u32(spec.timecode?.startFrame ?? 0, spec.secondTimecode?.startFrame ?? 0),
    ...(spec.timed?.payloads ?? []),
    zeros(mediaBytes),
  );
  if (!spec.moovFirst) return Buffer.concat([ftyp, mdat, build(ftyp.length)]);
  const size = build(0).length;
  return Buffer.concat([ftyp, build(ftyp.length + size), mdat]);
}

function mvhd(): Buffer {
  return atom(
    'mvhd',
    u32(0, 0, 0, 600, 600),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    identity(),
    zeros(24),
    u32(3),
  );
}

function identity(values: number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1]): Buffer {
  return u32(...values.map((v, i) => v * (i % 3 === 2 ? 2 ** 30 : 65536)));
}

function tracks(spec: MovSpec, timecodeOffset: number): Buffer[] {
  const {
    format = 'apch',
    width = 1920,
    height = 1080,
    timescale = 24,
    durations = [[48, 1]],
    pixelAspect,
    timecode = null,
  } = spec;
  const entry = atom(
    format,
    zeros(6),
    u16(1),
    zeros(16),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    u8(0),
    zeros(31),
    u16(24, 0xffff),
    ...(pixelAspect ? [atom('pasp', u32(...pixelAspect))] : []),
  );
  const count = durations.reduce((sum, [n]) => sum + n, 0);
  const video = track(
    1,
    'vide',
    timescale,
    count,
    [
      atom('stsd', u32(0, 1), entry),
      atom('stts', u32(0, durations.length), ...durations.map(([n, d]) => u32(n, d))),
      atom('stsz', u32(0, 100, count)),
      atom('stco', u32(0, 1, timecodeOffset + 4)),
    ],
    spec.matrix,
  );
  const timecodes = [timecode, spec.secondTimecode].flatMap((tc, i) =>
    tc ? [timecodeTrack(2 + i, tc, timecodeOffset + 4 * i)] : [],
  );
  return [video, ...timecodes, ...(spec.timed ? [timedTrack(spec.timed, timecodeOffset + 8)] : [])];
}

function timecodeTrack(id: number, timecode: MovTimecodeSpec, offset: number): Buffer {
  const name =
    timecode.reel === undefined ? zeros(0) : atom('name', u16(timecode.reel.length, 0), text(timecode.reel));
  const tmcd = atom(
    'tmcd',
    zeros(6),
    u16(1),
    u32(0),
    u32(timecode.dropFrame ? 1 : 0),
    u32(timecode.timescale, timecode.frameDuration),
    u8(timecode.numberOfFrames, 0),
    name,
  );
  return track(id, 'tmcd', timecode.timescale, 1, [
    atom('stsd', u32(0, 1), tmcd),
    atom('stts', u32(0, 1, 1, timecode.frameDuration)),
    atom('stsz', u32(0, 4, 1)),
    atom('stco', u32(0, 1, offset)),
  ]);
}

function timedTrack({ format, payloads }: NonNullable<MovSpec['timed']>, start: number): Buffer {
  const offsets = payloads.map((_, i) =>
    payloads.slice(0, i).reduce((at, payload) => at + payload.length, start),
  );
  return track(9, 'meta', 1000, payloads.length * 1000, [
    atom('stsd', u32(0, 1), atom(format, zeros(6), u16(1))),
    atom('stts', u32(0, 1, payloads.length, 1000)),
    atom('stsc', u32(0, 1, 1, 1, 1)),
    atom('stsz', u32(0, 0, payloads.length), u32(...payloads.map((p) => p.length))),
    atom('stco', u32(0, payloads.length), u32(...offsets)),
  ]);
}

function track(
  id: number,
  handler: string,
  timescale: number,
  duration: number,
  table: Buffer[],
  matrix?: number[],
): Buffer {
  return atom(
    'trak',
    atom(
      'tkhd',
      u32(0x0000000f, 0, 0, id, 0, duration),
      zeros(8),
      u16(0, 0, 0, 0),
      identity(matrix),
      u32(0, 0),
    ),
    atom(
      'mdia',
      atom('mdhd', u32(0, 0, 0, timescale, duration), u16(0, 0)),
      atom('hdlr', u32(0), text('mhlr'), text(handler), zeros(12), u8(0)),
      atom('minf', atom('stbl', ...table)),
    ),
  );
}

function metadata(spec: MovSpec): Buffer[] {
  const entries = Object.entries(spec.keys ?? {});
  if (entries.length === 0) return [];
  const keys = atom(
    'keys',
    u32(0, entries.length),
    ...entries.map(([key]) => Buffer.concat([u32(8 + key.length), text('mdta'), text(key)])),
  );
  const list = atom(
    'ilst',
    ...entries.map(([, value], i) => {
      const data = atom('data', u32(1, 0), Buffer.from(value));
      return Buffer.concat([u32(8 + data.length, i + 1), data]);
    }),
  );
  const meta = atom('meta', atom('hdlr', u32(0, 0), text('mdta'), zeros(13)), keys, list);
  return [spec.keysInUserData ? atom('udta', meta) : meta];
}

/** A box with a 64-bit length, as large files have. */
export function longBox(type: string, claimedBytes: number, body: Buffer): Buffer {
  return Buffer.concat([u32(1), text(type), u64(claimedBytes), body]);
}
