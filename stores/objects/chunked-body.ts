import { crc32 } from 'node:zlib';

/** Size of a frame of the body; S3 asks for at least 8 KiB. */
const FRAME_BYTES = 2 * 1024 ** 2;
const CRLF = Buffer.from('\r\n');

/**
 * A body in S3's own chunk framing with a CRC-32 behind it: a body that ends early is malformed for the server.
 * Source: Amazon S3 API reference, "Signature calculations: chunked uploads with trailing headers, unsigned payload"
 */
export class ChunkedBody {
  #left: number;
  #leftInFrame = 0;
  #crc = 0;

  constructor(sizeBytes: number) {
    this.#left = sizeBytes;
  }

  /** The next bytes of the object, in the pieces to be sent. */
  *frames(bytes: Uint8Array): Generator<Uint8Array> {
    this.#crc = crc32(bytes, this.#crc);
    let rest = bytes;
    while (rest.byteLength > 0) {
      if (this.#leftInFrame === 0) yield this.#startFrame();
      const now = rest.subarray(0, this.#leftInFrame);
      yield now;
      rest = rest.subarray(now.byteLength);
      this.#leftInFrame -= now.byteLength;
      this.#left -= now.byteLength;
      if (this.#leftInFrame === 0) yield CRLF;
    }
  }

  /** What follows the last byte. */
  end(): Uint8Array {
    if (this.#left !== 0) throw new Error(`an object's body lacks ${this.#left} bytes`);
    return Buffer.from(trailer(this.#crc));
  }

  #startFrame(): Uint8Array {
    this.#leftInFrame = Math.min(FRAME_BYTES, this.#left);
    if (this.#leftInFrame === 0) throw new Error('an object got more bytes than were announced');
    return Buffer.from(`${this.#leftInFrame.toString(16)}\r\n`);
  }
}

/** Length in bytes of a framed body, for Content-Length. */
export function framedLength(sizeBytes: number): number {
  const whole = Math.floor(sizeBytes / FRAME_BYTES);
  const last = sizeBytes % FRAME_BYTES;
  const frames = whole * frameOverhead(FRAME_BYTES) + (last > 0 ? frameOverhead(last) : 0);
  return sizeBytes + frames + trailer(0).length;
}

function frameOverhead(size: number): number {
  return size.toString(16).length + 4;
}

function trailer(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return `0\r\nx-amz-checksum-crc32:${bytes.toString('base64')}\r\n\r\n`;
}
