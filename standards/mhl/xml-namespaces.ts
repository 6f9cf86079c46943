import type { XmlTag } from './xml-tag.ts';

/** Prefixes in scope: the empty prefix is the default namespace. */
export type NamespaceScope = ReadonlyMap<string, string>;

/** A name taken apart: never compare prefixes, two documents may call one namespace differently. */
export type XmlName = { uri: string; local: string };

/** What is in scope inside an element: the outer scope and the element's own declarations. @throws Error for an empty prefix binding */
export function innerScope(outer: NamespaceScope, tag: XmlTag): NamespaceScope {
  if (tag.attributes.size === 0) return outer;
  let scope: Map<string, string> | null = null;
  for (const [name, value] of tag.attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    scope ??= new Map(outer);
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    if (prefix !== '' && value === '') throw new Error(`the namespace prefix "${prefix}" bound to nothing`);
    scope.set(prefix, value);
  }
  return scope ?? outer;
}

/** Resolves an element name. @throws Error for a prefix that is bound to nothing */
export function resolveName(name: string, scope: NamespaceScope): XmlName {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const uri = scope.get(prefix);
  if (uri === undefined && prefix !== '')
    throw new Error(`the namespace prefix "${prefix}" bound to nothing`);
  return { uri: uri ?? '', local: name.slice(colon + 1) };
}
