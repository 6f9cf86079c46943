import { createHash } from 'node:crypto';

/**
 * JSON text in the one form that equal values share: keys sorted by UTF-16 code units, no spaces, ECMAScript numbers.
 * A member that is `undefined` is left out, as JSON.stringify does.
 * Source: RFC 8785 (JCS) 3.2.
 * @throws TypeError for what JSON cannot say: NaN, infinities, bigint, functions, symbols, lone surrogates, `undefined` in an array
 */
export function canonicalJson(value: unknown): string {
  let text = '';
  tell(value, (piece) => {
    text += piece;
  });
  return text;
}

/** Bytes of so many characters are made at once: a large document never stands in memory as one text. */
const PIECE_CHARACTERS = 1 << 18;

/** The canonical JSON of a value in UTF-8. @throws TypeError as `canonicalJson` */
export function canonicalBytes(value: unknown): Buffer {
  const pieces: Buffer[] = [];
  let text = '';
  tell(value, (piece) => {
    text += piece;
    if (text.length < PIECE_CHARACTERS) return;
    pieces.push(Buffer.from(text));
    text = '';
  });
  pieces.push(Buffer.from(text));
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** Tells the text of a value piece by piece; no piece ends within a character. */
function tell(value: unknown, heard: (piece: string) => void): void {
  if (value === null || typeof value === 'boolean') heard(String(value));
  else if (typeof value === 'string') heard(canonicalString(value));
  else if (typeof value === 'number') heard(canonicalNumber(value));
  else if (typeof value !== 'object') throw new TypeError(`JSON has no form for a ${typeof value}`);
  else if (Array.isArray(value)) tellArray(value, heard);
  else tellRecord(value, heard);
}

function tellArray(values: readonly unknown[], heard: (piece: string) => void): void {
  heard('[');
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) heard(',');
    tell(values[index], heard);
  }
  heard(']');
}

function tellRecord(value: object, heard: (piece: string) => void): void {
  if (!isPlainRecord(value))
    throw new TypeError(`JSON has no form for an instance of ${value.constructor?.name ?? 'a class'}`);
  let before = '{';
  for (const key of Object.keys(value).sort()) {
    if (value[key] === undefined) continue;
    heard(`${before}${canonicalString(key)}:`);
    tell(value[key], heard);
    before = ',';
  }
  heard(before === '{' ? '{}' : '}');
}

/** SHA-256, 64 lower-case hex characters, of the canonical JSON of a value: the form of every pixel key and work key. */
export function sha256OfCanonical(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function canonicalString(text: string): string {
  if (!text.isWellFormed())
    throw new TypeError(`JSON has no form for a lone surrogate in ${JSON.stringify(text)}`);
  return JSON.stringify(text);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no form for ${value}`);
  return JSON.stringify(value);
}

// Maps, Dates and class instances would silently lose what they are, and two unequal ones would get one key.
function isPlainRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
