import { CDL_NAMESPACE } from '../cdl/write-cdl.ts';
import type { XmlElement } from '../xml/element-tree.ts';
import { type WrittenElement, writeXml } from '../xml/write-xml.ts';

/** Makes an element of a namespace, with children or a text. */
export function makeElement(
  uri: string,
  name: string,
  content: string | XmlElement[] = '',
  attributes: Record<string, string> = {},
): XmlElement {
  const isText = typeof content === 'string';
  return { uri, name, attributes, children: isText ? [] : content, text: isText ? content : '', line: 0 };
}

/** The same element with other attributes beside its own. */
export function withAttributes(element: XmlElement, attributes: Record<string, string>): XmlElement {
  return { ...element, attributes: { ...element.attributes, ...attributes } };
}

/** Writes an AMF tree with the customary prefixes, whatever its own were. Text between elements is layout and is not kept. */
export function writeTree(root: XmlElement): string {
  const prefixes = new Map([
    [root.uri, 'aces'],
    [CDL_NAMESPACE, 'cdl'],
  ]);
  collectNamespaces(root, prefixes);
  const declarations = Object.fromEntries(
    [...prefixes].filter(([uri]) => uri !== '').map(([uri, prefix]) => [`xmlns:${prefix}`, uri]),
  );
  const written = toWritten(root, prefixes);
  return writeXml({ ...written, attributes: { ...declarations, ...written.attributes } });
}

function collectNamespaces(element: XmlElement, prefixes: Map<string, string>): void {
  if (element.uri !== '' && !prefixes.has(element.uri)) prefixes.set(element.uri, `ns${prefixes.size}`);
  for (const child of element.children) collectNamespaces(child, prefixes);
}

function toWritten(element: XmlElement, prefixes: ReadonlyMap<string, string>): WrittenElement {
  const prefix = prefixes.get(element.uri);
  const children = element.children.map((child) => toWritten(child, prefixes));
  return {
    tag: prefix === undefined ? element.name : `${prefix}:${element.name}`,
    attributes: element.attributes,
    content: children.length > 0 ? children : element.text.trim(),
  };
}
