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

/** Longest single tag, text or comment, in characters. A path has at most 4,096 bytes on the file systems cards use. */
const TOKEN_LIMIT = 1 << 20;
const DEPTH_LIMIT = 200;

/**
 * Reads UTF-8 (or, by its mark, UTF-16) XML in bounded memory, with what hostile documents use left out: a document type declaration ends the reading, no entity
 * is defined by a document, no external thing is fetched. Namespaces are resolved.
 */
export function createXmlReader(handler: XmlHandler): XmlReader {
  let decoder: Decoder | null = null;
  const elements = new OpenElements(handler);
  let pending = '';
  let line = 1;

  const consume = (isLast: boolean) => {
    let position = 0;
    try {
      while (position < pending.length) {
        const next = readToken(pending, position, isLast, elements);
        if (next === position) break;
        position = next;
      }
    } catch (error) {
      const { message } = error as Error;
      throw new ManifestError(
        error instanceof RefusedContent ? message : `not well-formed: ${message}`,
        line + countLines(pending, position),
      );
    }
    line += countLines(pending, position);
    pending = pending.slice(position);
  };
  const decode = (chunk: Uint8Array | undefined) => {
    try {
      if (chunk !== undefined && chunk.length > 0) decoder ??= decoderFor(chunk);
      if (chunk !== undefined) return decoder?.decode(chunk, { stream: true }) ?? '';
      return decoder?.decode() ?? '';
    } catch {
      throw new ManifestError(
        `not well-formed: bytes that are not ${decoder?.encoding.toUpperCase()}`,
        line + countLines(pending, pending.length),
      );
    }
  };

  return {
    write(chunk) {
      pending += decode(chunk);
      consume(false);
    },
    end() {
      pending += decode(undefined);
      consume(true);
      if (!elements.isComplete)
        throw new ManifestError('not well-formed: it ends before its root element does', line);
    },
  };
}

// Programs on Windows wrote legacy lists in UTF-16: its byte order mark tells, as XML 1.0 section 4.3.3 asks for.
function decoderFor(first: Uint8Array): Decoder {
  const [one, two] = first;
  const isUtf16 = one === 0xff && two === 0xfe;
  const isSwapped = one === 0xfe && two === 0xff;
  return new TextDecoder(isUtf16 ? 'utf-16le' : isSwapped ? 'utf-16be' : 'utf-8', { fatal: true });
}

type Decoder = InstanceType<typeof TextDecoder>;

/** What the handler refused: the document is well-formed XML and not what it must be. */
class RefusedContent extends Error {}

function refusing(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    throw new RefusedContent((error as Error).message, { cause: error });
  }
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

  /** Takes the start tag whose name begins at `from`; gives the position after it. */
  open(text: string, from: number): number {
    const tag = parseStartTag(text, from);
    if (this.#stack.length === 0 && this.#seenRoot) throw new Error('a second root element');
    if (this.#stack.length >= DEPTH_LIMIT) throw new Error(`elements nested deeper than ${DEPTH_LIMIT}`);
    this.#seenRoot = true;
    const scope = innerScope(this.#stack.at(-1)?.scope ?? new Map(), tag);
    const name = resolveName(tag.name, scope);
    refusing(() => this.#handler.open(name, tag.attributes));
    if (tag.selfClosing) refusing(() => this.#handler.close(name));
    else this.#stack.push({ tagName: tag.name, name, scope });
    return tag.end;
  }

  /** Takes the end tag whose name begins at `from`; gives the position after it. */
  close(text: string, from: number): number {
    const tag = parseEndTag(text, from);
    const element = this.#stack.pop();
    if (element?.tagName !== tag.name)
      throw new Error(`</${tag.name}> where ${element ? `</${element.tagName}>` : 'nothing'} is open`);
    refusing(() => this.#handler.close(element.name));
    return tag.end;
  }

  text(text: string): void {
    if (this.#stack.length > 0) refusing(() => this.#handler.text(text));
    else if (text.trim() !== '') throw new Error('text outside the root element');
  }
}

/** Handles the token at `start` and gives the position after it, or `start` when its end is not here yet. */
function readToken(text: string, start: number, isLast: boolean, elements: OpenElements): number {
  if (text[start] !== '<') return readText(text, start, isLast, elements);
  const second = text[start + 1];
  if (second === '!') return readDeclaration(text, start, isLast, elements);
  if (second === '?') return readInstruction(text, start, isLast);
  if (!isTagWhole(text, start)) return unfinished(text, start, isLast);
  return second === '/' ? elements.close(text, start + 2) : elements.open(text, start + 1);
}

// A ">" inside quotes does not end a tag. Nearly always the first one does, and no quote is left open before it.
function isTagWhole(text: string, start: number): boolean {
  const end = text.indexOf('>', start);
  if (end < 0) return false;
  const quote = text.indexOf('"', start);
  if ((quote < 0 || quote > end) && !text.slice(start, end).includes("'")) return true;
  return /^<(?:[^>"']|"[^"]*"|'[^']*')*>/.test(text.slice(start, start + TOKEN_LIMIT));
}

function readText(text: string, start: number, isLast: boolean, elements: OpenElements): number {
  const less = text.indexOf('<', start);
  if (less < 0 && !isLast) return unfinished(text, start, isLast);
  const end = less < 0 ? text.length : less;
  if (end - start > TOKEN_LIMIT) unfinished(text, start, isLast);
  const raw = text.slice(start, end);
  // NUL passes: a path that holds one is refused by name later, and the rest of the manifest is still read.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 production 2 leaves out
  if (/[\u0001-\u0008\u000b\u000c\u000e-\u001f]|\]\]>/.test(raw))
    throw new Error('a control character or "]]>" in text');
  elements.text(decodeXmlText(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw));
  return end;
}

function readDeclaration(text: string, start: number, isLast: boolean, elements: OpenElements): number {
  if (text.startsWith('<!--', start)) return skipTo(text, start, 4, '-->', isLast);
  if (text.startsWith('<![CDATA[', start)) {
    const end = skipTo(text, start, 9, ']]>', isLast);
    if (end > start) elements.text(text.slice(start + 9, end - 3).replace(/\r\n?/g, '\n'));
    return end;
  }
  const opener = text.slice(start, start + 9);
  if (!isLast && ('<!--'.startsWith(opener) || '<![CDATA['.startsWith(opener))) return start;
  throw new Error('a document type declaration, which this format does not use and which is never expanded');
}

function readInstruction(text: string, start: number, isLast: boolean): number {
  const end = skipTo(text, start, 2, '?>', isLast);
  if (end === start) return start;
  const declared = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text.slice(start, end))?.[1];
  if (declared !== undefined && !/^(utf-?8|us-ascii|utf-?16(le|be)?)$/i.test(declared))
    throw new Error(`the encoding "${declared}", expected UTF-8`);
  return end;
}

function skipTo(
  text: string,
  start: number,
  openerLength: number,
  terminator: string,
  isLast: boolean,
): number {
  const end = text.indexOf(terminator, start + openerLength);
  return end < 0 ? unfinished(text, start, isLast) : end + terminator.length;
}

function unfinished(text: string, start: number, isLast: boolean): number {
  if (isLast) throw new Error('it ends inside a tag');
  if (text.length - start > TOKEN_LIMIT)
    throw new Error(`a tag or text longer than ${TOKEN_LIMIT} characters`);
  return start;
}

function countLines(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
