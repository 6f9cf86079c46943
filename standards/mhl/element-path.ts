/**
 * The way from the root to an element as one string, e.g. `hashlist/hashes/hash/path`. Each is made once,
 * so that a manifest of 200,000 records costs no string per element.
 */
export type ElementPath = { readonly key: string; child(local: string): ElementPath };

/** Starts at a root element. */
export function elementPath(key: string): ElementPath {
  const children = new Map<string, ElementPath>();
  return {
    key,
    child(local) {
      const known = children.get(local);
      if (known !== undefined) return known;
      const made = elementPath(`${key}/${local}`);
      // Element names come from the document: a hostile one must not fill the memory with paths.
      if (children.size < 64) children.set(local, made);
      return made;
    },
  };
}
