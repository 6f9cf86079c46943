import type { HashFormat } from '../../schemas/hash.ts';
import { c4FromSha512, sha512FromC4 } from './c4.ts';

/** Length of a raw digest in bytes. Source: ASC MHL specification appendix D; its prose on xxHash is wrong, its examples right. */
export const DIGEST_BYTES: Record<HashFormat, number> = {
  c4: 64,
  md5: 16,
  sha1: 20,
  xxh128: 16,
  xxh3: 8,
  xxh64: 8,
};

/** Raw digest in the text form of its format: lower-case hex, or C4. xxHash digests are big-endian (canonical). */
export function digestText(format: HashFormat | 'xxh32', raw: Uint8Array): string {
  if (format === 'c4') return c4FromSha512(raw);
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('hex');
}

/** Raw bytes of a digest text, or null when the text is not a digest of that format. Upper-case hex is accepted. */
export function digestBytes(format: HashFormat, text: string): Uint8Array | null {
  if (format === 'c4') return sha512FromC4(text);
  if (text.length !== DIGEST_BYTES[format] * 2) return null;
  // Decoding ends at the first character that is no hex digit.
  const bytes = Buffer.from(text, 'hex');
  return bytes.length === DIGEST_BYTES[format] ? bytes : null;
}

/** The one spelling in which two texts of the same digest are equal: hex in lower case, C4 as it is. */
export function canonicalDigest(format: HashFormat, text: string): string {
  return format === 'c4' ? text : text.toLowerCase();
}
