const PREDEFINED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Resolves the five predefined entities and character references; nothing else is ever expanded.
 * NUL, which XML forbids, is let through: a path that holds one is then refused by name, not lost with its manifest.
 * @throws Error for an unknown entity or a reference to what is no character
 */
export function decodeXmlText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]*)(;?)/g, (_whole, name: string, end: string) => {
    if (end === '') throw new Error(`an & that begins no reference (near "&${name.slice(0, 20)}")`);
    if (name.startsWith('#')) return characterReference(name);
    const character = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined;
    if (character === undefined)
      throw new Error(`the entity "&${name.slice(0, 40)};", which this format does not have`);
    return character;
  });
}

/** Escapes element text; the white space that XML readers would fold (carriage return, tab, line feed) becomes references. */
export function encodeXmlText(text: string): string {
  return text.replace(/[&<>\r\n\t]/g, (character) => ESCAPES[character]!);
}

/** Escapes an attribute value for double quotes. */
export function encodeXmlAttribute(text: string): string {
  return encodeXmlText(text).replaceAll('"', '&quot;');
}

/** Whether XML 1.0 can say this text at all: no NUL, no other control characters, no lone surrogates, no U+FFFE or U+FFFF. */
export function isXmlText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 production 2 leaves out
  return text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

function characterReference(name: string): string {
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  const code =
    digits === null
      ? Number.NaN
      : digits[1] === undefined
        ? Number(digits[2])
        : Number.parseInt(digits[1], 16);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (!isCharacter)
    throw new Error(`the character reference "&${name.slice(0, 40)};", which is no character`);
  return String.fromCodePoint(code);
}
