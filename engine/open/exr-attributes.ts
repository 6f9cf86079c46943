import type { Keycode } from '../../schemas/keycode.ts';
import type { Rational } from '../../schemas/rational.ts';

/** One header attribute as it lies in the file: name, type name, value bytes. Source: OpenEXR file layout, "Header". */
export type ExrAttribute = { name: string; type: string; value: Buffer };

const MAGIC = Buffer.from([0x76, 0x2f, 0x31, 0x01]);
/** Version 2, single part, scan lines; bit 10 (long names) is set when a name has more than 31 bytes. */
const VERSION = 2;
const LONG_NAMES = 0x400;

/** A text attribute, UTF-8 without terminator. */
export function stringAttribute(name: string, text: string): ExrAttribute {
  return { name, type: 'string', value: Buffer.from(text, 'utf8') };
}

/** A 32-bit signed integer attribute. */
export function intAttribute(name: string, value: number): ExrAttribute {
  return { name, type: 'int', value: int32(value) };
}

/** 32-bit floats under the type name that counts them: `float`, `v2f`, `chromaticities`. */
export function floatAttribute(
  name: string,
  type: 'float' | 'v2f' | 'chromaticities',
  ...values: number[]
): ExrAttribute {
  const value = Buffer.alloc(values.length * 4);
  for (const [index, number] of values.entries()) value.writeFloatLE(number, index * 4);
  return { name, type, value };
}

/** A rational attribute: signed numerator, unsigned denominator. */
export function rationalAttribute(name: string, { num, den }: Rational): ExrAttribute {
  const value = Buffer.alloc(8);
  value.writeInt32LE(num, 0);
  value.writeUInt32LE(den, 4);
  return { name, type: 'rational', value };
}

/** An edge code of film, its numbers in the order of OpenEXR's KeyCode. Source: OpenEXR ImfKeyCodeAttribute.cpp. */
export function keycodeAttribute(name: string, keycode: Keycode): ExrAttribute {
  const { manufacturer, filmType, prefix, count, perfOffset, perfsPerFrame, perfsPerCount } = keycode;
  const numbers = [manufacturer, filmType, prefix, count, perfOffset, perfsPerFrame, perfsPerCount];
  return { name, type: 'keycode', value: Buffer.concat(numbers.map(int32)) };
}

/** A window attribute from its size; the origin is the top left pixel. */
export function boxAttribute(name: string, width: number, height: number): ExrAttribute {
  return {
    name,
    type: 'box2i',
    value: Buffer.concat([int32(0), int32(0), int32(width - 1), int32(height - 1)]),
  };
}

/** The half-float B, G and R channels: alphabetical, as the format demands. */
export function channelsAttribute(): ExrAttribute {
  const channel = (name: string) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(1), Buffer.alloc(4), int32(1), int32(1)]);
  return {
    name: 'channels',
    type: 'chlist',
    value: Buffer.concat([...['B', 'G', 'R'].map(channel), Buffer.alloc(1)]),
  };
}

/** A one-byte enumeration: `compression`, `lineOrder`. */
export function byteAttribute(name: 'compression' | 'lineOrder', value: number): ExrAttribute {
  return { name, type: name, value: Buffer.from([value]) };
}

/** An ST 12-1 timecode in the packing of 60-field television, no user bits; see `timecodeBits`. */
export function timecodeAttribute(name: string, bits: number): ExrAttribute {
  const value = Buffer.alloc(8);
  value.writeUInt32LE(bits >>> 0, 0);
  return { name, type: 'timecode', value };
}

/** Magic, version and attributes sorted by name, ended by a zero byte: everything before the offset table. */
export function encodeHeader(attributes: readonly ExrAttribute[]): Buffer {
  const sorted = [...attributes].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const longest = Math.max(
    0,
    ...sorted.flatMap(({ name, type }) => [Buffer.byteLength(name), Buffer.byteLength(type)]),
  );
  const version = int32(longest > 31 ? VERSION | LONG_NAMES : VERSION);
  const parts = sorted.flatMap(({ name, type, value }) => [
    Buffer.from(`${name}\0${type}\0`),
    int32(value.length),
    value,
  ]);
  return Buffer.concat([MAGIC, version, ...parts, Buffer.alloc(1)]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}
