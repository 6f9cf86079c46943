import { text, u16, u32, zeros } from './bytes.ts';

/** A DPX header with the fields that inspection reads; big-endian. */
export function makeDpx(
  spec: {
    width?: number;
    height?: number;
    timecode?: number;
    rate?: number;
    project?: string;
    device?: string;
    bytes?: number;
  } = {},
): Buffer {
  const {
    width = 1920,
    height = 1080,
    timecode = 0x10151200,
    rate = 24,
    project = 'A001R1AB',
    device = '',
    bytes = 2048,
  } = spec;
  const dpx = Buffer.alloc(2048, 0xff);
  dpx.write('SDPX', 0, 'latin1');
  dpx.writeUInt32BE(2048, 4);
  dpx.write('V2.0\0\0\0\0', 8, 'latin1');
  dpx.writeUInt32BE(bytes, 16);
  for (const [offset, length, value] of [
    [36, 100, 'a.dpx'],
    [136, 24, '2024:04:26:09:00:00Z'],
    [160, 100, 'Maker'],
    [260, 200, project],
    [1556, 32, device],
  ] as const) {
    dpx.fill(0, offset, offset + length);
    dpx.write(value, offset, 'latin1');
  }
  dpx.writeUInt16BE(0, 768);
  dpx.writeUInt32BE(width, 772);
  dpx.writeUInt32BE(height, 776);
  dpx.set([50, 3, 0, 10], 800);
  dpx.writeUInt32BE(timecode, 1920);
  dpx.writeUInt32BE(0, 1924);
  dpx.writeFloatBE(rate, 1940);
  return Buffer.concat([dpx, zeros(Math.max(0, bytes - 2048))]);
}

/** An R3D first block: picture, rate and a directory of tags. */
export function makeR3d(
  tags: Record<number, string | number[]> = {},
  rate: [num: number, den: number] = [24000, 1001],
): Buffer {
  const directory = Buffer.concat(
    Object.entries(tags).map(([tag, value]) => {
      const number = Number(tag);
      const type = number >> 12;
      const body =
        typeof value === 'string'
          ? Buffer.from(value, 'latin1')
          : Buffer.concat(value.map((v) => (type === 2 ? float(v) : type === 6 ? u32(v) : u16(v))));
      return Buffer.concat([u16(body.length + 4, number), body]);
    }),
  );
  const block = Buffer.alloc(0x44 + 0x18);
  block.write('RED2', 4, 'latin1');
  block[0x40] = 1;
  block.writeUInt32BE(5120, 0x4c);
  block.writeUInt32BE(2700, 0x50);
  block.writeUInt16BE(rate[1], 0x56);
  block.writeUInt32BE(rate[0], 0x58);
  const whole = Buffer.concat([block, u16(directory.length), directory, zeros(32)]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

function float(value: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeFloatBE(value);
  return b;
}

/** An ARRIRAW header with every part valid. */
export function makeAri(
  spec: {
    sensorFps?: number;
    projectFps?: number;
    timecode?: number;
    reel?: string;
    iris?: number;
    focus?: number;
    unit?: number;
  } = {},
): Buffer {
  const {
    sensorFps = 24000,
    projectFps = 24000,
    timecode = 0x13364907,
    reel = 'B001R1ZA',
    iris = 2667,
    focus = 4812,
    unit = 1,
  } = spec;
  const h = Buffer.alloc(4096);
  h.write('ARRI', 0, 'latin1');
  h.set([0x12, 0x34, 0x56, 0x78], 4);
  for (const [offset, value] of [
    [8, 4096],
    [0x10, 1],
    [0x14, 4448],
    [0x18, 3096],
    [0x54, 1],
    [0x5c, 5600],
    [0x74, 800],
    [0x160, 1],
    [0x170, 2566],
    [0x178, 1],
    [0x18c, 20000],
    [0x190, 172800],
    [0x1a0, sensorFps],
    [0x1a4, projectFps],
    [0x1a8, timecode],
    [0x1b0, projectFps],
    [0x370, 1],
    [0x374, unit],
    [0x378, focus],
    [0x37c, 40000],
    [0x384, iris],
  ] as const)
    h.writeInt32LE(value, offset);
  h.writeFloatLE(2, 0xc4);
  for (const [offset, value] of [
    [0xcc, 'ARRI 709'],
    [0x2f8, 'Alexa LF'],
    [0x398, 'ARRI SP40 T1.8'],
    [0x4f8, reel],
    [0x500, '12A'],
    [0x510, '3'],
    [0x698, 'B001C001_180327_R1ZA'],
  ] as const)
    h.write(value, offset, 'latin1');
  return h;
}

/** A Blackmagic RAW file of headers and the metadata of its first frame. */
export function makeBraw(): Buffer {
  const atom = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([u32(8 + body.length), text(type), body]);
  };
  const frame = atom(
    'bmdf',
    atom('srte', u32(48, 1)),
    atom('shtv', text('180\xb0', 24)),
    atom('innd', float(6)),
    atom('aptr', text('T2.3', 24)),
    atom('fcln', text('50mm', 24)),
    atom('dsnc', text('991mm', 24)),
    atom('isoe', u32(800)),
    atom('wkel', u32(6000)),
    atom('wtin', u16(0)),
  );
  return Buffer.concat([
    atom('wide'),
    atom('mdat', frame),
    atom('moov', atom('mvhd', u32(0, 0, 0, 24000, 24000), zeros(80))),
  ]);
}

/** A broadcast wave file with bext and iXML. */
export function makeWav(
  spec: { timeReference?: number; ixml?: string; sampleRate?: number; samples?: number } = {},
): Buffer {
  const { timeReference = 48000 * 3600, sampleRate = 48000, samples = 4800, ixml = '' } = spec;
  const le32 = (...v: number[]) =>
    Buffer.concat(
      v.map((n) => {
        const b = Buffer.alloc(4);
        b.writeUInt32LE(n);
        return b;
      }),
    );
  const le16 = (...v: number[]) =>
    Buffer.concat(
      v.map((n) => {
        const b = Buffer.alloc(2);
        b.writeUInt16LE(n);
        return b;
      }),
    );
  const chunk = (id: string, body: Buffer) =>
    Buffer.concat([text(id), le32(body.length), body, zeros(body.length % 2)]);
  const reference = Buffer.alloc(8);
  reference.writeBigUInt64LE(BigInt(timeReference));
  const bext = Buffer.concat([
    text('sSPEED=024.000-ND', 256),
    text('Recorder', 32),
    text('REF', 32),
    text('2024-04-26', 10),
    text('09:00:00', 8),
    reference,
    zeros(256),
  ]);
  const body = Buffer.concat([
    text('WAVE'),
    chunk('fmt ', Buffer.concat([le16(1, 2), le32(sampleRate, sampleRate * 6), le16(6, 24)])),
    chunk('bext', bext),
    ...(ixml ? [chunk('iXML', Buffer.from(ixml))] : []),
    chunk('data', zeros(samples * 6)),
  ]);
  return Buffer.concat([text('RIFF'), le32(body.length), body]);
}

/** A little-endian TIFF or DNG of one directory. Types: 2 text, 3 short, 4 long, 5 rational, 10 signed rational, 1 bytes. */
export function makeTiff(
  tags: [tag: number, type: 1 | 2 | 3 | 4 | 5 | 10, values: number[] | string][],
): Buffer {
  const le = (n: number, bytes: number) => {
    const b = Buffer.alloc(bytes);
    b.writeUIntLE(n, 0, bytes);
    return b;
  };
  const width = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 10: 4 } as const;
  const sorted = [...tags].sort((a, b) => a[0] - b[0]);
  let at = 8 + 2 + sorted.length * 12 + 4;
  const extra: Buffer[] = [];
  const entries = sorted.map(([tag, type, values]) => {
    const body =
      typeof values === 'string'
        ? Buffer.from(`${values}\0`, 'latin1')
        : Buffer.concat(values.map((v) => le(v, width[type])));
    const count = type === 5 || type === 10 ? body.length / 8 : body.length / width[type];
    if (body.length <= 4)
      return Buffer.concat([le(tag, 2), le(type, 2), le(count, 4), body, zeros(4 - body.length)]);
    const entry = Buffer.concat([le(tag, 2), le(type, 2), le(count, 4), le(at, 4)]);
    extra.push(body);
    at += body.length;
    return entry;
  });
  return Buffer.concat([
    text('II'),
    le(42, 2),
    le(8, 4),
    le(sorted.length, 2),
    ...entries,
    le(0, 4),
    ...extra,
  ]);
}
