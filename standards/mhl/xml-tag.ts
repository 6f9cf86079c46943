import { decodeXmlText } from './xml-text.ts';

/** A start tag as written; attributes in order. */
export type XmlTag = { name: string; attributes: ReadonlyMap<string, string>; selfClosing: boolean };

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;

/**
 * Parses the bytes between `<` and `>` of a start tag. Values are made from the bytes, not sliced from a longer string,
 * so that keeping one does not keep the document.
 * @throws Error naming what is not well-formed
 */
export function parseStartTag(bytes: Buffer): XmlTag {
  const selfClosing = bytes[bytes.length - 1] === SLASH;
  const end = selfClosing ? bytes.length - 1 : bytes.length;
  let position = nameEnd(bytes, 0, end);
  const name = nameAt(bytes, 0, position);
  let attributes: Map<string, string> | null = null;
  while (true) {
    const start = skipSpace(bytes, position, end);
    if (start === end) return { name, attributes: attributes ?? NO_ATTRIBUTES, selfClosing };
    if (start === position) throw new Error(`no space before an attribute of <${name}>`);
    attributes ??= new Map();
    position = readAttribute(bytes, start, end, attributes);
  }
}

/** Name in the bytes between `</` and `>`. @throws Error when it is not one name */
export function parseEndTag(bytes: Buffer): string {
  const end = nameEnd(bytes, 0, bytes.length);
  if (skipSpace(bytes, end, bytes.length) !== bytes.length)
    throw new Error('an end tag with more than a name');
  return nameAt(bytes, 0, end);
}

function readAttribute(bytes: Buffer, start: number, end: number, attributes: Map<string, string>): number {
  const afterName = nameEnd(bytes, start, end);
  const name = nameAt(bytes, start, afterName);
  const equals = skipSpace(bytes, afterName, end);
  if (bytes[equals] !== EQUALS || equals >= end) throw new Error(`the attribute "${name}" without a value`);
  const open = skipSpace(bytes, equals + 1, end);
  const quote = bytes[open];
  if (open >= end || (quote !== QUOTE && quote !== APOSTROPHE))
    throw new Error(`the attribute "${name}" without quotes`);
  const close = bytes.indexOf(quote, open + 1);
  if (close < 0 || close >= end) throw new Error(`the attribute "${name}" without its closing quote`);
  const raw = bytes.subarray(open + 1, close);
  if (raw.includes(LESS)) throw new Error(`a "<" in the attribute "${name}"`);
  if (attributes.has(name)) throw new Error(`the attribute "${name}" twice`);
  const value = raw.toString('utf8');
  attributes.set(name, decodeXmlText(/[\r\n\t]/.test(value) ? value.replace(/\r\n|[\r\n\t]/g, ' ') : value));
  return close + 1;
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function skipSpace(bytes: Buffer, from: number, end: number): number {
  let position = from;
  while (position < end && isSpace(bytes[position])) position += 1;
  return position;
}

function nameEnd(bytes: Buffer, from: number, end: number): number {
  let position = from;
  while (position < end && !isSpace(bytes[position]) && bytes[position] !== EQUALS) position += 1;
  return position;
}

// The names of this vocabulary are ASCII; others may be any XML name, of which only the punctuation is refused here.
function nameAt(bytes: Buffer, start: number, end: number): string {
  const name = bytes.toString('utf8', start, end);
  if (knownNames.has(name)) return name;
  if (!/^[A-Za-z_:\u0080-\u{10ffff}][-.0-9A-Za-z_:\u0080-\u{10ffff}]*$/u.test(name)) {
    throw new Error(`"${name.slice(0, 40)}" where a name is expected`);
  }
  // Element names come from the document: a hostile one must not fill the memory.
  if (knownNames.size < 256) knownNames.add(name);
  return name;
}

const knownNames = new Set<string>();
