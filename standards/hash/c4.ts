const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const TEXT_LENGTH = 88;
const DIGEST_BYTES = 64;

/**
 * C4 identifier of a SHA-512 digest: `c4` and 88 characters of base58, leading zeros kept as `1`.
 * Source: SMPTE ST 2114:2017; ASC MHL specification appendix D.
 */
export function c4FromSha512(sha512: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(sha512.buffer, sha512.byteOffset, sha512.byteLength).toString('hex')}`);
  let text = '';
  while (value > 0n) {
    text = ALPHABET[Number(value % 58n)] + text;
    value /= 58n;
  }
  return `c4${text.padStart(TEXT_LENGTH, '1')}`;
}

/** SHA-512 digest behind a C4 identifier, or null when the text is not one. */
export function sha512FromC4(text: string): Uint8Array | null {
  if (!/^c4[1-9A-HJ-NP-Za-km-z]{88}$/.test(text)) return null;
  let value = 0n;
  for (const character of text.slice(2)) value = value * 58n + BigInt(ALPHABET.indexOf(character));
  const hex = value.toString(16).padStart(DIGEST_BYTES * 2, '0');
  return hex.length === DIGEST_BYTES * 2 ? Buffer.from(hex, 'hex') : null;
}
