import { isUtf8 } from 'node:buffer';

/** A file name that no text can say, with each byte that is not UTF-8 written in hex: `clip\xff.mov`. Two such names never look alike. */
export function escapedName(name: Buffer): string {
  let text = '';
  for (let at = 0; at < name.length; ) {
    const length = characterLength(name, at);
    text += length === 0 ? `\\x${name[at]!.toString(16)}` : name.toString('utf8', at, at + length);
    at += length || 1;
  }
  return text;
}

/** Bytes of the character that begins there; 0 where none does. */
function characterLength(bytes: Buffer, at: number): number {
  return (
    [1, 2, 3, 4].find((length) => {
      const piece = bytes.subarray(at, at + length);
      return piece.length === length && isUtf8(piece);
    }) ?? 0
  );
}
