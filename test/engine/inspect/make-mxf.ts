import { u8, u16, u32, u64, zeros } from './bytes.ts';

export type MxfTimecodeSpec = { start: number; base: number; dropFrame?: boolean };
export type MxfSpec = {
  rate?: [number, number];
  frames?: number;
  material?: MxfTimecodeSpec | null;
  file?: MxfTimecodeSpec | null;
  /** A tape behind the file; `clipStart`: where on the tape the clip begins. */
  tape?: { name: string; timecode: MxfTimecodeSpec; clipStart?: number } | null;
  storedHeight?: number;
  frameLayout?: number;
  company?: string;
  /** Partition status byte: 4 closed and complete, 1 open and incomplete. */
  status?: number;
  /** The true metadata stands in the footer, the header's durations are -1. */
  metadataInFooter?: boolean;
  fillBytes?: number;
  json?: { schema: string; value: unknown }[];
};

const hex = (s: string) => Buffer.from(s, 'hex');
const uid = (n: number) => Buffer.concat([zeros(12), u32(n)]);
const umid = (n: number) => Buffer.concat([hex('060a2b340101010501010d1313000000'), zeros(12), u32(n)]);
const utf16 = (s: string) => Buffer.from(`${s}\0`, 'utf16le').swap16();
const item = (tag: number, value: Buffer) => Buffer.concat([u16(tag, value.length), value]);
const batch = (ids: number[]) => Buffer.concat([u32(ids.length, 16), ...ids.map(uid)]);

function klv(key: string, value: Buffer): Buffer {
  return Buffer.concat([
    hex(key),
    u8(0x83, value.length >> 16, (value.length >> 8) & 0xff, value.length & 0xff),
    value,
  ]);
}

function set(kind: number, id: number, items: Buffer[]): Buffer {
  const kindHex = kind.toString(16).padStart(2, '0');
  return klv(`060e2b34025301010d0101010101${kindHex}00`, Buffer.concat([item(0x3c0a, uid(id)), ...items]));
}

/** An MXF of header metadata alone: material, file and, if wanted, tape package, one picture track. */
export function makeMxf(spec: MxfSpec = {}): Buffer {
  const { status = 4, fillBytes = 64 } = spec;
  const own = metadata(spec, spec.metadataInFooter ? -1 : (spec.frames ?? 48));
  const fill = klv('060e2b34010101020301021001000000', zeros(fillBytes));
  const json = (spec.json ?? []).map(({ schema, value }) => {
    const body = Buffer.from(JSON.stringify(value));
    const address = Buffer.from(`https://arri.com/schema/json/camera/${schema}/v1`, 'utf16le').swap16();
    return Buffer.concat([
      u8(0x80, 0x7b),
      u16(body.length),
      body,
      u8(0x80, 0x7c),
      u16(address.length),
      address,
    ]);
  });
  const essence = klv('060e2b34010201010d01030115010500', Buffer.concat([zeros(256), ...json]));
  const packBytes = 16 + 4 + 96;
  const footerOffset = packBytes + fill.length + own.length + essence.length;
  const late = spec.metadataInFooter ? metadata(spec, spec.frames ?? 48) : zeros(0);
  const open = status === 1 || status === 3;
  const header = partition(2, status, 0, open ? 0 : footerOffset, own.length);
  const footer = partition(4, 4, footerOffset, footerOffset, late.length);
  const body = Buffer.concat([header, fill, own, essence, footer, late]);
  const index = Buffer.concat([u32(0), u64(0), u32(0), u64(footerOffset)]);
  return Buffer.concat([
    body,
    klv('060e2b34020501010d01020101110100', Buffer.concat([index, u32(20 + index.length + 4)])),
  ]);
}

function partition(kind: number, status: number, at: number, footer: number, headerBytes: number): Buffer {
  const pack = Buffer.concat([
    u16(1, 3),
    u32(1),
    u64(at),
    u64(0),
    u64(footer),
    u64(headerBytes),
    u64(0),
    u32(0),
    u64(0),
    u32(1),
    hex('060e2b34040101010d01020101010900'),
    u32(1, 0),
  ]);
  return klv(
    `060e2b34020501010d010201010${kind}0${status}00`,
    Buffer.concat([pack, zeros(96 - pack.length)]),
  );
}

function metadata(spec: MxfSpec, duration: number): Buffer {
  const { rate = [24, 1], storedHeight = 1080, frameLayout = 0, company = 'Test' } = spec;
  const clipStart = spec.tape?.clipStart ?? 0;
  const timecodeTrack = (id: number, tc: MxfTimecodeSpec) => [
    set(0x3b, id, [
      item(0x4801, u32(1)),
      item(0x4b01, u32(...rate)),
      item(0x4b02, u64(0)),
      item(0x4803, uid(id + 1)),
    ]),
    set(0x0f, id + 1, [item(0x0202, u64(duration)), item(0x1001, batch([id + 2]))]),
    set(0x14, id + 2, [
      item(0x0202, u64(duration)),
      item(0x1501, u64(tc.start)),
      item(0x1502, u16(tc.base)),
      item(0x1503, u8(tc.dropFrame ? 1 : 0)),
    ]),
  ];
  const pictureTrack = (id: number, source: Buffer, start: number) => [
    set(0x3b, id, [
      item(0x4801, u32(2)),
      item(0x4b01, u32(...rate)),
      item(0x4b02, u64(0)),
      item(0x4803, uid(id + 1)),
    ]),
    set(0x0f, id + 1, [item(0x0202, u64(duration)), item(0x1001, batch([id + 2]))]),
    set(0x11, id + 2, [
      item(0x0202, u64(duration)),
      item(0x1201, u64(start)),
      item(0x1101, source),
      item(0x1102, u32(2)),
    ]),
  ];
  const { material = { start: 864000, base: 24 }, file = null, tape = null } = spec;
  const none = zeros(32);
  return Buffer.concat([
    set(0x30, 900, [item(0x3c01, utf16(company)), item(0x3c02, utf16('Maker'))]),
    set(0x36, 1, [item(0x4401, umid(1)), item(0x4403, batch([...(material ? [10] : []), 20]))]),
    ...(material ? timecodeTrack(10, material) : []),
    ...pictureTrack(20, umid(2), 0),
    set(0x37, 2, [
      item(0x4401, umid(2)),
      item(0x4403, batch([...(file ? [30] : []), 40])),
      item(0x4701, uid(50)),
    ]),
    ...(file ? timecodeTrack(30, file) : []),
    ...pictureTrack(40, tape ? umid(3) : none, clipStart),
    set(0x28, 50, [
      item(0x3006, u32(2)),
      item(0x3001, u32(...rate)),
      item(0x3203, u32(1920)),
      item(0x3202, u32(storedHeight)),
      item(0x3205, u32(1920)),
      item(0x3204, u32(storedHeight)),
      item(0x320c, u8(frameLayout)),
      item(0x320e, u32(16, 9)),
    ]),
    ...(tape
      ? [
          set(0x37, 3, [
            item(0x4401, umid(3)),
            item(0x4402, utf16(tape.name)),
            item(0x4403, batch([60, 70])),
            item(0x4701, uid(80)),
          ]),
          ...timecodeTrack(60, tape.timecode),
          ...pictureTrack(70, none, 0),
          set(0x2e, 80, []),
        ]
      : []),
  ]);
}
