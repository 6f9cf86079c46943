import type { Author, ManifestHeader } from './manifest.ts';

type Attributes = ReadonlyMap<string, string>;
type ReadElement = (header: ManifestHeader, text: string, attributes: Attributes) => void;

const CREATOR = 'hashlist/creatorinfo';
const PROCESS = 'hashlist/processinfo';
const REFERENCE = 'hashlist/references/hashlistreference';

const ELEMENTS: Record<string, ReadElement> = {
  [`${CREATOR}/creationdate`]: (header, text) => {
    header.creator.creationDate = text.trim();
  },
  [`${CREATOR}/hostname`]: (header, text) => {
    header.creator.hostname = text;
  },
  [`${CREATOR}/tool`]: (header, text, attributes) => {
    header.creator.tool = { name: text, version: attributes.get('version') ?? '' };
  },
  [`${CREATOR}/author`]: (header, text, attributes) => addAuthor(header, text, attributes),
  // The reference tool's older form has child elements; they close before their author does.
  [`${CREATOR}/author/name`]: (header, text) => pendingAuthor(header, { name: text }),
  [`${CREATOR}/author/email`]: (header, text) => pendingAuthor(header, { email: text }),
  [`${CREATOR}/author/phone`]: (header, text) => pendingAuthor(header, { phone: text }),
  [`${CREATOR}/author/role`]: (header, text) => pendingAuthor(header, { role: text }),
  [`${CREATOR}/location`]: (header, text) => {
    header.creator.location = text;
  },
  [`${CREATOR}/comment`]: (header, text) => {
    header.creator.comment = text;
  },
  [`${PROCESS}/process`]: (header, text) => {
    header.process = text.trim();
  },
  [`${PROCESS}/ignore/pattern`]: (header, text) => {
    header.ignorePatterns.push(text);
  },
  [`${REFERENCE}/path`]: (header, text) => {
    header.references.push({ path: text, c4: '' });
  },
  [`${REFERENCE}/c4`]: (header, text) => {
    const reference = header.references.at(-1);
    if (reference === undefined || reference.c4 !== '')
      throw new Error('a reference with its hash before its path');
    reference.c4 = text.trim();
  },
};

const pending = new WeakMap<ManifestHeader, Partial<Author>>();

/** Takes an element of `creatorinfo`, `processinfo` or `references` into the header; others are passed over. */
export function readHeaderElement(
  header: ManifestHeader,
  path: string,
  text: string,
  attributes: Attributes,
): void {
  if (Object.hasOwn(ELEMENTS, path)) ELEMENTS[path]!(header, text, attributes);
}

function addAuthor(header: ManifestHeader, text: string, attributes: Attributes): void {
  const children = pending.get(header) ?? {};
  pending.delete(header);
  header.creator.authors.push({
    name: children.name ?? text.trim(),
    email: attributes.get('email') ?? children.email,
    phone: attributes.get('phone') ?? children.phone,
    role: attributes.get('role') ?? children.role,
  });
}

function pendingAuthor(header: ManifestHeader, part: Partial<Author>): void {
  pending.set(header, { ...pending.get(header), ...part });
}
