/** Pixel rectangle, both corners inclusive, as OpenEXR stores windows. */
export type Box = { xMin: number; yMin: number; xMax: number; yMax: number };

/** One channel; `pixelType` 0 unsigned integer, 1 half, 2 float. */
export type Channel = { name: string; pixelType: number; xSampling: number; ySampling: number };

/** A SMPTE 12M time address as four numbers, with the two packed words as stored. */
export type ExrTimecode = { text: string; dropFrame: boolean; timeAndFlags: number; userData: number };

/** A decoded attribute value. */
export type ExrValue =
  | string
  | number
  | number[]
  | string[]
  | Box
  | Channel[]
  | ExrTimecode
  | { num: number; den: number };

/** Reads the value of an attribute type; null for types that are not read or are of a wrong size. Source: OpenEXR file layout, Predefined Attribute Types. */
export function readValue(type: string, view: DataView): ExrValue | null {
  try {
    return READERS[type]?.(view) ?? null;
  } catch (error) {
    // A value shorter than its type is damage that the caller sees as an absent value.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const READERS: Record<string, (view: DataView) => ExrValue> = {
  string: (view) => text(view, 0, view.byteLength),
  int: (view) => view.getInt32(0, true),
  float: (view) => view.getFloat32(0, true),
  double: (view) => view.getFloat64(0, true),
  compression: (view) => view.getUint8(0),
  lineOrder: (view) => view.getUint8(0),
  envmap: (view) => view.getUint8(0),
  v2i: (view) => integers(view, 2),
  v3i: (view) => integers(view, 3),
  v2f: (view) => floats(view, 2),
  v3f: (view) => floats(view, 3),
  m33f: (view) => floats(view, 9),
  m44f: (view) => floats(view, 16),
  chromaticities: (view) => floats(view, 8),
  keycode: (view) => integers(view, 7),
  box2i: (view) => {
    const [xMin, yMin, xMax, yMax] = integers(view, 4) as [number, number, number, number];
    return { xMin, yMin, xMax, yMax };
  },
  rational: (view) => ({ num: view.getInt32(0, true), den: view.getUint32(4, true) }),
  timecode: (view) => timecode(view.getUint32(0, true), view.getUint32(4, true)),
  chlist: channels,
  stringvector: strings,
};

function integers(view: DataView, count: number): number[] {
  return Array.from({ length: count }, (_, i) => view.getInt32(i * 4, true));
}

function floats(view: DataView, count: number): number[] {
  return Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}

function text(view: DataView, start: number, length: number): string {
  return Buffer.from(view.buffer, view.byteOffset + start, length)
    .toString('utf8')
    .replace(/\0+$/, '');
}

/** Binary coded decimals with flags in between. Source: OpenEXR ImfTimeCode.h, packing TV60. */
function timecode(timeAndFlags: number, userData: number): ExrTimecode {
  const bcd = (shift: number, tensMask: number) =>
    ((timeAndFlags >>> (shift + 4)) & tensMask) * 10 + ((timeAndFlags >>> shift) & 0xf);
  const dropFrame = ((timeAndFlags >>> 6) & 1) === 1;
  const [hours, minutes, seconds, frames] = [bcd(24, 3), bcd(16, 7), bcd(8, 7), bcd(0, 3)].map((n) =>
    String(n).padStart(2, '0'),
  );
  return {
    text: `${hours}:${minutes}:${seconds}${dropFrame ? ';' : ':'}${frames}`,
    dropFrame,
    timeAndFlags,
    userData,
  };
}

function channels(view: DataView): Channel[] {
  const list: Channel[] = [];
  for (let at = 0; view.getUint8(at) !== 0; ) {
    let end = at;
    while (view.getUint8(end) !== 0) end++;
    const name = text(view, at, end - at);
    list.push({
      name,
      pixelType: view.getInt32(end + 1, true),
      xSampling: view.getInt32(end + 9, true),
      ySampling: view.getInt32(end + 13, true),
    });
    at = end + 17;
  }
  return list;
}

function strings(view: DataView): string[] {
  const list: string[] = [];
  for (let at = 0; at < view.byteLength; ) {
    const length = view.getInt32(at, true);
    list.push(text(view, at + 4, length));
    at += 4 + length;
  }
  return list;
}
