import { text, u16, u32, zeros } from './bytes.ts';

const le = (size: 2 | 4 | 8, ...values: number[]): Buffer => {
  const bytes = Buffer.alloc(size * values.length);
  for (const [i, value] of values.entries()) {
    if (size === 8) bytes.writeBigUInt64LE(BigInt(value), i * 8);
    else bytes.writeUIntLE(value, i * size, size);
  }
  return bytes;
};

/** A Phantom Cine of `images` pictures of 64 bytes each. */
export function makeCine(
  spec: { images?: number; framesPerSecond?: number; shutterNs?: number } = {},
): Buffer {
  const { images = 3, framesPerSecond = 3100, shutterNs = 320_000 } = spec;
  const setup = Buffer.alloc(1600);
  setup.write('ST', 140, 'latin1');
  setup.writeUInt16LE(0x163c, 142);
  setup.writeUInt32LE(framesPerSecond, 768);
  setup.writeUInt32LE(125, 792);
  setup.writeUInt32LE(shutterNs, 1568);
  const [imageAt, setupAt] = [44, 84];
  const offsetsAt = setupAt + setup.length;
  const first = offsetsAt + images * 8;
  const head = Buffer.concat([
    text('CI'),
    le(2, 44, 0, 1),
    le(4, 0, 5000, 0, images, imageAt, setupAt, offsetsAt, 0, 1_700_000_000),
  ]);
  const image = Buffer.concat([le(4, 40, 1280, 800), le(2, 1, 8), zeros(24)]);
  const picture = Buffer.concat([le(4, 8, 64), zeros(64)]);
  return Buffer.concat([
    head,
    image,
    setup,
    le(8, ...Array.from({ length: images }, (_, i) => first + i * picture.length)),
    ...Array.from({ length: images }, () => picture),
  ]);
}

/** A Magic Lantern recording that announces some pictures and holds some. */
export function makeMlv(spec: { announced?: number; held?: number } = {}): Buffer {
  const { announced = 4, held = 4 } = spec;
  const block = (type: string, body: Buffer) => Buffer.concat([text(type), le(4, 8 + body.length), body]);
  const header = Buffer.concat([
    text('v2.0', 8),
    le(8, 7),
    le(2, 0, 1),
    le(4, 0),
    le(2, 1, 0),
    le(4, announced, 0, 60000, 1001),
  ]);
  return Buffer.concat([
    block('MLVI', header),
    block('IDNT', zeros(64)),
    ...Array.from({ length: held }, () => block('VIDF', zeros(120))),
  ]);
}

type GpmfItem = [key: string, type: string, size: number, repeat: number, data: Buffer];

const gpmfItem = ([key, type, size, repeat, data]: GpmfItem): Buffer =>
  Buffer.concat([
    text(key),
    Buffer.from([type.charCodeAt(0), size]),
    u16(repeat),
    data,
    zeros(-data.length & 3),
  ]);
const nest = (key: string, ...items: Buffer[]): Buffer => {
  const body = Buffer.concat(items);
  return gpmfItem([key, '\0', 1, body.length, body]);
};
const floats = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeFloatBE(value, i * 4);
  return bytes;
};

/** One payload of GoPro telemetry. */
export function makeGpmf(spec: {
  device?: string;
  shutter?: number[];
  iso?: number[];
  kelvin?: number[];
}): Buffer {
  const { device = 'Hero6 Black', shutter = [], iso = [], kelvin = [] } = spec;
  const stream = (key: string, type: string, size: number, values: number[], data: Buffer) =>
    values.length > 0 ? [nest('STRM', gpmfItem([key, type, size, values.length, data]))] : [];
  return nest(
    'DEVC',
    gpmfItem(['DVID', 'L', 4, 1, u32(1)]),
    gpmfItem(['DVNM', 'c', 1, device.length, text(device)]),
    ...stream('SHUT', 'f', 4, shutter, floats(...shutter)),
    ...stream('ISOE', 'S', 2, iso, u16(...iso)),
    ...stream('WBAL', 'S', 2, kelvin, u16(...kelvin)),
  );
}

/** An OpenEXR header of one attribute each: name, type, bytes. */
export function makeExrHeader(attributes: [name: string, type: string, value: Buffer][]): Buffer {
  const parts = attributes.map(([name, type, value]) =>
    Buffer.concat([text(`${name}\0${type}\0`), le(4, value.length), value]),
  );
  return Buffer.concat([le(4, 20000630, 2), ...parts, zeros(1), zeros(64)]);
}

/** An AVCHD playlist of streams, each with how it is connected to the one before: 1 with a gap, 5 or 6 without. */
export function makeAvchdPlaylist(items: [stream: string, condition: number][]): Buffer {
  const plays = items.map(([stream, condition]) => {
    const body = Buffer.concat([text(stream), text('M2TS'), u16(condition), zeros(9)]);
    return Buffer.concat([u16(body.length), body]);
  });
  const list = Buffer.concat([u16(0, items.length, 0), ...plays]);
  return Buffer.concat([text('MPLS0100'), u32(40, 0, 0), zeros(20), u32(list.length), list]);
}

/** One sample of Sony's per-frame metadata: a label, then tags. */
export function makeRtmd(spec: {
  fStop?: number;
  iso?: number;
  shutter?: number;
  gain?: number;
  serial?: string;
}): Buffer {
  const tag = (id: number, body: Buffer) => Buffer.concat([u16(id, body.length), body]);
  const label = Buffer.from('060e2b3402530101', 'hex');
  const tags = [
    ...(spec.fStop ? [tag(0x8000, u16(Math.round((8 - Math.log2(spec.fStop)) * 8192)))] : []),
    tag(0x8106, u32(24000, 1001)),
    ...(spec.shutter ? [tag(0x8109, u32(1, spec.shutter))] : []),
    ...(spec.gain !== undefined ? [tag(0x810a, u16(spec.gain * 100))] : []),
    ...(spec.iso ? [tag(0x810b, u16(spec.iso))] : []),
    ...(spec.serial ? [tag(0x8114, text(spec.serial))] : []),
  ];
  const set = Buffer.concat(tags);
  return Buffer.concat([u16(0x1c), zeros(26), label, zeros(8), u16(0x8300, set.length), set, zeros(8)]);
}
