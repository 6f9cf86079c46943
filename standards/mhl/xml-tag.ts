import { decodeXmlText } from './xml-text.ts';

/** A start tag as written, and where it ends in the text. */
export type XmlTag = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  selfClosing: boolean;
  end: number;
};

const NAME = /[A-Za-z_:\u0080-\u{10ffff}][-.0-9A-Za-z_:\u0080-\u{10ffff}]*/uy;
const ATTRIBUTE =
  /[ \t\r\n]+([A-Za-z_:\u0080-\u{10ffff}][-.0-9A-Za-z_:\u0080-\u{10ffff}]*)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/uy;
const TAG_END = /[ \t\r\n]*(\/?)>/y;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * Parses the start tag whose name begins at `from`.
 * @throws Error naming what is not well-formed; also when the tag is not whole yet
 */
export function parseStartTag(text: string, from: number): XmlTag {
  const name = nameAt(text, from);
  let attributes: Map<string, string> | null = null;
  let position = from + name.length;
  for (
    let found = matchAt(ATTRIBUTE, text, position);
    found !== null;
    found = matchAt(ATTRIBUTE, text, position)
  ) {
    attributes ??= new Map();
    const attribute = found[1]!;
    if (attributes.has(attribute)) throw new Error(`the attribute "${attribute}" twice`);
    attributes.set(attribute, attributeValue(found[2] ?? found[3]!));
    position += found[0].length;
  }
  const end = matchAt(TAG_END, text, position);
  if (end === null)
    throw new Error(
      `the tag <${name}> with "${text.slice(position, position + 40).trim()}" where an attribute or its end is expected`,
    );
  return {
    name,
    attributes: attributes ?? NO_ATTRIBUTES,
    selfClosing: end[1] === '/',
    end: position + end[0].length,
  };
}

/** Parses the end tag whose name begins at `from`. @throws Error when it is not one name and an end */
export function parseEndTag(text: string, from: number): { name: string; end: number } {
  const name = nameAt(text, from);
  const end = matchAt(TAG_END, text, from + name.length);
  if (end === null || end[1] === '/') throw new Error(`an end tag </${name}> with more than a name`);
  return { name, end: from + name.length + end[0].length };
}

function nameAt(text: string, from: number): string {
  const name = matchAt(NAME, text, from)?.[0];
  if (name === undefined) throw new Error(`"${text.slice(from, from + 40)}" where a name is expected`);
  return name;
}

function attributeValue(raw: string): string {
  return decodeXmlText(/[\r\n\t]/.test(raw) ? raw.replace(/\r\n|[\r\n\t]/g, ' ') : raw);
}

function matchAt(expression: RegExp, text: string, position: number): RegExpExecArray | null {
  expression.lastIndex = position;
  return expression.exec(text);
}
