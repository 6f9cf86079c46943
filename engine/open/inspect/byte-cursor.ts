/** Thrown by a cursor when a structure asks for bytes that are not there. Readers catch it and answer with what they have. */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

/** Numbers and texts out of bytes at checked places; reading outside is `EndOfBytes`, never garbage. */
export class ByteCursor {
  readonly length: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly littleEndian: boolean;

  constructor(bytes: Uint8Array, littleEndian = false) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = littleEndian;
  }

  slice(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.length)
      throw new EndOfBytes(`${length} bytes at ${offset} of ${this.length}`);
    return this.bytes.subarray(offset, offset + length);
  }

  u8(offset: number): number {
    return this.at(offset, 1).getUint8(offset);
  }

  u16(offset: number): number {
    return this.at(offset, 2).getUint16(offset, this.littleEndian);
  }

  i16(offset: number): number {
    return this.at(offset, 2).getInt16(offset, this.littleEndian);
  }

  u32(offset: number): number {
    return this.at(offset, 4).getUint32(offset, this.littleEndian);
  }

  i32(offset: number): number {
    return this.at(offset, 4).getInt32(offset, this.littleEndian);
  }

  f32(offset: number): number {
    return this.at(offset, 4).getFloat32(offset, this.littleEndian);
  }

  f64(offset: number): number {
    return this.at(offset, 8).getFloat64(offset, this.littleEndian);
  }

  /** A 64-bit number as a double: exact up to 2^53, beyond which no file is long. */
  u64(offset: number): number {
    return Number(this.at(offset, 8).getBigUint64(offset, this.littleEndian));
  }

  i64(offset: number): number {
    return Number(this.at(offset, 8).getBigInt64(offset, this.littleEndian));
  }

  /** Text of a fixed-width field up to its first NUL, with trailing blanks cut. UTF-8, else Latin-1. */
  text(offset: number, length: number): string {
    const raw = this.slice(offset, length);
    const end = raw.indexOf(0);
    return decodeText(end < 0 ? raw : raw.subarray(0, end)).trimEnd();
  }

  /** Four characters, Latin-1. */
  fourcc(offset: number): string {
    return String.fromCharCode(...this.slice(offset, 4));
  }

  hex(offset: number, length: number): string {
    return Buffer.from(this.slice(offset, length)).toString('hex');
  }

  private at(offset: number, length: number): DataView {
    if (!(offset >= 0 && offset + length <= this.length))
      throw new EndOfBytes(`${length} bytes at ${offset} of ${this.length}`);
    return this.view;
  }
}

/** Bytes as text: UTF-8, or Latin-1 where they are not UTF-8 (older cameras). */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
}
