import { isUtf8 } from 'node:buffer';
import { ManifestError } from './manifest.ts';
import { innerScope, type NamespaceScope, resolveName, type XmlName } from './xml-namespaces.ts';
import { parseEndTag, parseStartTag } from './xml-tag.ts';
import { decodeXmlText } from './xml-text.ts';

/** What a reader hears, in document order. Text arrives decoded, in one or more pieces. */
export type XmlHandler = {
  open(name: XmlName, attributes: ReadonlyMap<string, string>): void;
  text(text: string): void;
  close(name: XmlName): void;
};

/** A push parser: give it chunks, then end it. @throws ManifestError from both */
export type XmlReader = { write(chunk: Uint8Array): void; end(): void };

/** Longest single tag, text or comment. A path has at most 4,096 bytes on the file systems cards use. */
const TOKEN_LIMIT_BYTES = 1 << 20;
const DEPTH_LIMIT = 200;
const LESS = 0x3c;
const LINE_FEED = 0x0a;
const EXCLAMATION = 0x21;
const SLASH = 0x2f;
const QUESTION = 0x3f;

/**
 * Reads UTF-8 XML in bounded memory, with what hostile documents use left out: a document type declaration ends the reading, no entity
 * is defined by a document, no external thing is fetched. Namespaces are resolved.
 */
export function createXmlReader(handler: XmlHandler): XmlReader {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let atStart = true;
  const elements = new OpenElements(handler);

  const consume = (isLast: boolean) => {
    let position = 0;
    try {
      while (position < pending.length) {
        const next = readToken(pending, position, isLast, elements);
        if (next === position) break;
        position = next;
      }
    } catch (error) {
      throw new ManifestError(
        `not well-formed: ${(error as Error).message}`,
        line + countLines(pending, position),
      );
    }
    line += countLines(pending, position);
    pending = pending.subarray(position);
  };

  return {
    write(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
      if (atStart && pending.length >= 3) {
        atStart = false;
        pending = withoutByteOrderMark(pending);
      }
      if (!atStart) consume(false);
    },
    end() {
      consume(true);
      if (pending.length > 0) throw new ManifestError('not well-formed: it ends inside a tag', line);
      if (!elements.isComplete)
        throw new ManifestError('not well-formed: it ends before its root element does', line);
    },
  };
}

/** The stack of open elements: matches end tags, resolves names, refuses what lies outside the one root. */
class OpenElements {
  readonly #handler: XmlHandler;
  readonly #stack: { tagName: string; name: XmlName; scope: NamespaceScope }[] = [];
  #seenRoot = false;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  get isComplete(): boolean {
    return this.#seenRoot && this.#stack.length === 0;
  }

  open(bytes: Buffer): void {
    const tag = parseStartTag(bytes);
    if (this.#stack.length === 0 && this.#seenRoot) throw new Error('a second root element');
    if (this.#stack.length >= DEPTH_LIMIT) throw new Error(`elements nested deeper than ${DEPTH_LIMIT}`);
    this.#seenRoot = true;
    const scope = innerScope(this.#stack.at(-1)?.scope ?? new Map(), tag);
    const name = resolveName(tag.name, scope);
    this.#handler.open(name, tag.attributes);
    if (tag.selfClosing) this.#handler.close(name);
    else this.#stack.push({ tagName: tag.name, name, scope });
  }

  close(bytes: Buffer): void {
    const tagName = parseEndTag(bytes);
    const element = this.#stack.pop();
    if (element?.tagName !== tagName)
      throw new Error(`</${tagName}> where ${element ? `</${element.tagName}>` : 'nothing'} is open`);
    this.#handler.close(element.name);
  }

  text(text: string): void {
    if (this.#stack.length > 0) this.#handler.text(text);
    else if (text.trim() !== '') throw new Error('text outside the root element');
  }
}

/** Handles the token at `start` and gives the position after it, or `start` when its end is not here yet. */
function readToken(bytes: Buffer, start: number, isLast: boolean, elements: OpenElements): number {
  if (bytes[start] !== LESS) return readText(bytes, start, isLast, elements);
  const second = bytes[start + 1];
  if (second === EXCLAMATION) return readDeclaration(bytes, start, isLast, elements);
  if (second === QUESTION) return readInstruction(bytes, start);
  const end = tagEnd(bytes, start + 1);
  if (end < 0) return unfinished(bytes, start);
  const inner = bytes.subarray(start + (second === SLASH ? 2 : 1), end);
  if (!isUtf8(inner)) throw new Error('bytes that are not UTF-8');
  if (second === SLASH) elements.close(inner);
  else elements.open(inner);
  return end + 1;
}

function readDeclaration(bytes: Buffer, start: number, isLast: boolean, elements: OpenElements): number {
  const opener = bytes.toString('latin1', start, start + 9);
  if (!isLast && opener.length < 9 && '<![CDATA['.startsWith(opener)) return start;
  if (opener.startsWith('<!--')) return skipTo(bytes, start, 4, '-->');
  if (opener !== '<![CDATA[') {
    if (!isLast && '<!--'.startsWith(opener)) return start;
    throw new Error(
      'a document type declaration, which this format does not use and which is never expanded',
    );
  }
  const end = skipTo(bytes, start, 9, ']]>');
  if (end > start) elements.text(decodeUtf8(bytes.subarray(start + 9, end - 3)).replace(/\r\n?/g, '\n'));
  return end;
}

function readText(bytes: Buffer, start: number, isLast: boolean, elements: OpenElements): number {
  const less = bytes.indexOf(LESS, start);
  if (less < 0 && !isLast) return unfinished(bytes, start);
  const end = less < 0 ? bytes.length : less;
  if (end - start > TOKEN_LIMIT_BYTES) unfinished(bytes, start);
  const text = decodeUtf8(bytes.subarray(start, end));
  if (text.includes(']]>')) throw new Error('a "]]>" in text');
  // NUL passes: a path that holds one is refused by name later, and the rest of the manifest is still read.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 production 2 leaves out
  if (/[\u0001-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Error('a control character in text');
  elements.text(decodeXmlText(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text));
  return end;
}

function readInstruction(bytes: Buffer, start: number): number {
  const end = skipTo(bytes, start, 2, '?>');
  if (end === start) return start;
  const declared = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(
    bytes.toString('latin1', start, end),
  )?.[1];
  if (declared !== undefined && !/^(utf-?8|us-ascii)$/i.test(declared))
    throw new Error(`the encoding "${declared}", expected UTF-8`);
  return end;
}

function skipTo(bytes: Buffer, start: number, openerLength: number, terminator: string): number {
  const end = bytes.indexOf(terminator, start + openerLength, 'latin1');
  return end < 0 ? unfinished(bytes, start) : end + terminator.length;
}

function unfinished(bytes: Buffer, start: number): number {
  if (bytes.length - start > TOKEN_LIMIT_BYTES)
    throw new Error(`a tag or text longer than ${TOKEN_LIMIT_BYTES} bytes`);
  return start;
}

// A ">" inside quotes does not end a tag.
function tagEnd(bytes: Buffer, from: number): number {
  let position = from;
  while (position < bytes.length) {
    const byte = bytes[position];
    if (byte === 0x3e) return position;
    if (byte === 0x22 || byte === 0x27) {
      position = bytes.indexOf(byte, position + 1);
      if (position < 0) return -1;
    }
    position += 1;
  }
  return -1;
}

function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) throw new Error('bytes that are not UTF-8');
  return text;
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function countLines(bytes: Buffer, end: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0 && at < end; at = bytes.indexOf(LINE_FEED, at + 1))
    lines += 1;
  return lines;
}
