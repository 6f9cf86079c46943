import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { PipelineError } from '../../schemas/failure.ts';

/** An element with its namespace resolved; prefixes are gone, since they mean nothing. Order of children is the document's. */
export type XmlElement = {
  /** Namespace URI; empty when the element has none. */
  uri: string;
  /** Local name. */
  name: string;
  /** Attributes by local name, namespace declarations left out. */
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Own text, children's text left out, blanks kept. */
  text: string;
  /** Line of the start tag, from 1. */
  line: number;
};

/** The documents of this field are some KiB; more is refused before it is parsed. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Reads an XML document into a tree. No DTD is accepted, so no entity beyond the five of XML is ever expanded.
 * @param name of the document, for messages
 * @throws PipelineError unreadable, with the line, when it is not well-formed, has a DTD, is too large or too deep
 */
export function readXml(text: string, name: string): XmlElement {
  const body = text.replace(/^\uFEFF/, '');
  if (body.length > MAX_CHARACTERS) throw unreadable(name, 'it is larger than 16 MiB', 1);
  if (/<!DOCTYPE/i.test(body))
    throw unreadable(name, 'it has a document type declaration, which is not accepted', 1);
  const verdict = XMLValidator.validate(body);
  if (verdict !== true) throw unreadable(name, verdict.err.msg, verdict.err.line);
  const lines = lineStarts(body);
  const roots = parse(body, name).filter((node) => tagOf(node) !== null);
  const [root] = roots;
  if (!root || roots.length > 1)
    throw unreadable(name, `it has ${roots.length} root elements, expected 1`, 1);
  return resolve(root, new Map(), { name, lines });
}

/** The children of that name in that namespace. */
export function childrenOf(element: XmlElement, uri: string, name: string): XmlElement[] {
  return element.children.filter((child) => child.uri === uri && child.name === name);
}

/** The only child of that name, or null when there is none. The first one counts when there are several. */
export function childOf(element: XmlElement, uri: string, name: string): XmlElement | null {
  return childrenOf(element, uri, name)[0] ?? null;
}

/** The trimmed text of an only child; null when the child is absent. */
export function textOf(element: XmlElement, uri: string, name: string): string | null {
  return childOf(element, uri, name)?.text.trim() ?? null;
}

type Node = Record<string, unknown>;
type Context = { name: string; lines: number[] };

/** The parser's own type calls its symbol `Symbol`, which cannot index. */
const META = XMLParser.getMetaDataSymbol() as unknown as symbol;

function startIndexOf(node: Node): number {
  const meta = (node as Record<symbol, unknown>)[META] as { startIndex?: number } | undefined;
  return meta?.startIndex ?? 0;
}

function parse(body: string, name: string): Node[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    cdataPropName: '#cdata',
    captureMetaData: true,
  });
  try {
    return parser.parse(body) as Node[];
  } catch (error) {
    throw unreadable(name, error instanceof Error ? error.message : String(error), 1);
  }
}

function tagOf(node: Node): string | null {
  return Object.keys(node).find((key) => key !== ':@' && key !== '#text' && key !== '#cdata') ?? null;
}

function resolve(node: Node, outer: ReadonlyMap<string, string>, context: Context): XmlElement {
  const tag = tagOf(node)!;
  const line = lineAt(context.lines, startIndexOf(node));
  const scope = new Map(outer);
  const attributes: Record<string, string> = {};
  const written = Object.entries((node[':@'] ?? {}) as Record<string, string>);
  for (const [key, value] of written) {
    if (key === 'xmlns') scope.set('', decode(value));
    else if (key.startsWith('xmlns:')) scope.set(key.slice(6), decode(value));
  }
  for (const [key, value] of written) {
    if (key !== 'xmlns' && !key.startsWith('xmlns:'))
      attributes[key.slice(key.indexOf(':') + 1)] = decode(value);
  }
  const [prefix, local] = tag.includes(':') ? (tag.split(':', 2) as [string, string]) : ['', tag];
  const uri = scope.get(prefix);
  if (uri === undefined && prefix !== '') {
    throw unreadable(context.name, `the prefix "${prefix}" of <${tag}> is bound to no namespace`, line);
  }
  const inner = node[tag] as Node[];
  return {
    uri: uri ?? '',
    name: local,
    attributes,
    children: inner.filter((child) => tagOf(child) !== null).map((child) => resolve(child, scope, context)),
    text: inner.map(textIn).join(''),
    line,
  };
}

function textIn(node: Node): string {
  if (typeof node['#text'] === 'string') return decode(node['#text']);
  const cdata = node['#cdata'];
  return Array.isArray(cdata) ? cdata.map((part: Node) => String(part['#text'] ?? '')).join('') : '';
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: number[], index: number): number {
  const after = starts.findIndex((start) => start > index);
  return after === -1 ? starts.length : after;
}

function unreadable(name: string, why: string, line: number): PipelineError {
  return new PipelineError('unreadable', `${name}, line ${line}: ${why.replace(/\.$/, '')}.`, {
    name,
    why,
    line,
  });
}
