/** An element to be written: a tag with its prefix, attributes in the order given, then text or children. */
export type WrittenElement = {
  tag: string;
  attributes?: Record<string, string>;
  content?: string | WrittenElement[];
};

/** Writes a document: UTF-8, two blanks of indent, a final line end. Equal input gives equal bytes. */
export function writeXml(root: WrittenElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, '')}`;
}

function writeElement({ tag, attributes = {}, content }: WrittenElement, indent: string): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  const open = `${indent}<${tag}${written.join('')}`;
  if (content === undefined || content.length === 0) return `${open}/>\n`;
  if (typeof content === 'string') return `${open}>${escapeXml(content)}</${tag}>\n`;
  const inner = content.map((child) => writeElement(child, `${indent}  `)).join('');
  return `${open}>\n${inner}${indent}</${tag}>\n`;
}

/** Replaces the characters that markup would swallow, quotes and line ends of attributes included. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
