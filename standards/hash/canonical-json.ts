import { createHash } from 'node:crypto';

/**
 * JSON text in the one form that equal values share: keys sorted by UTF-16 code units, no spaces, ECMAScript numbers.
 * A member that is `undefined` is left out, as JSON.stringify does.
 * Source: RFC 8785 (JCS) 3.2.
 * @throws TypeError for what JSON cannot say: NaN, infinities, bigint, functions, symbols, lone surrogates, `undefined` in an array
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return canonicalString(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value !== 'object') throw new TypeError(`JSON has no form for a ${typeof value}`);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (!isPlainRecord(value))
    throw new TypeError(`JSON has no form for an instance of ${value.constructor?.name ?? 'a class'}`);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${canonicalString(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
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
