/** Text of a list and how its bytes were read. */
export type DecodedText = {
  text: string;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'macintosh';
};

/**
 * Decodes the bytes of a list: a byte-order mark decides, then the zero bytes of UTF-16, then valid UTF-8; else Mac Roman where lines
 * end in CR only, and Windows-1252. Lists carry no label, so this order is what editing systems write.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decode(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decode(bytes, 'utf-16be');
  const head = bytes.subarray(0, 512);
  const zeros = [0, 1].map((phase) => head.filter((byte, at) => at % 2 === phase && byte === 0).length);
  if (zeros[1]! > head.length / 4) return decode(bytes, 'utf-16le');
  if (zeros[0]! > head.length / 4) return decode(bytes, 'utf-16be');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return decode(bytes, bytes.includes(0x0a) ? 'windows-1252' : 'macintosh');
  }
}

function decode(bytes: Uint8Array, encoding: DecodedText['encoding']): DecodedText {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}
