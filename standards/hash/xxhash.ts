import { createRequire } from 'node:module';

/** xxHash variants: the three of ASC MHL, and xxh32 which only legacy MHL 1.x manifests name. */
export type XxhashFormat = 'xxh32' | 'xxh64' | 'xxh3' | 'xxh128';

/** A streaming xxHash with seed 0; `digest` gives big-endian (canonical) bytes and ends the stream. */
export type XxhashStream = { update(chunk: Uint8Array): void; digest(): Uint8Array };

type NativeStream = { update(data: Buffer): void; digest(): Buffer };
type NativeClass = (new (seed: Buffer) => NativeStream) & { hash(data: Buffer): Buffer };
type NativeModule = Record<'XXHash32' | 'XXHash64' | 'XXHash3' | 'XXHash128', NativeClass>;

const NATIVE_CLASS = { xxh32: 'XXHash32', xxh64: 'XXHash64', xxh3: 'XXHash3', xxh128: 'XXHash128' } as const;
// The addon aborts the process when it is given no seed, and reads 4 bytes of it for xxh32, else 8.
const SEED_BYTES = { xxh32: 4, xxh64: 8, xxh3: 8, xxh128: 8 } as const;

function loadNative(): NativeModule | null {
  try {
    return createRequire(import.meta.url)('xxhash-addon') as NativeModule;
  } catch {
    return null;
  }
}

const native = loadNative();
const portable = native === null ? (await import('./xxhash-portable.ts')).portableXxhash : null;

/** Which implementation this process uses: the native addon, or WebAssembly where no addon loads. */
export const xxhashImplementation: 'native' | 'wasm' = native === null ? 'wasm' : 'native';

/** Starts an xxHash over a stream of bytes. */
export function xxhash(format: XxhashFormat): XxhashStream {
  if (native === null) return portable!(format);
  const stream = new native[NATIVE_CLASS[format]](Buffer.alloc(SEED_BYTES[format]));
  return {
    update: (chunk) => stream.update(asBuffer(chunk)),
    digest: () => stream.digest(),
  };
}

/** xxHash of bytes in memory, big-endian: for many short ones, without the cost of a stream each. */
export function xxhashOf(format: XxhashFormat, bytes: Uint8Array): Uint8Array {
  if (native !== null) return native[NATIVE_CLASS[format]].hash(asBuffer(bytes));
  const stream = portable!(format);
  stream.update(bytes);
  return stream.digest();
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
