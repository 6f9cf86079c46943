import { XMLParser } from 'fast-xml-parser';

/** An element: attributes as `@name`, children by local name, text as `#text`. Repeated children are arrays. */
export type XmlTree = { [key: string]: XmlTree | XmlTree[] | string };

/** No camera's metadata document is longer; a longer one is refused, not parsed. */
const LONGEST_XML = 8 * 1024 * 1024;

/** Reads XML by local names (versions differ in their namespaces), values as text, entities off. null when it is not well formed. */
export function readXml(text: string): XmlTree | null {
  if (text.length > LONGEST_XML || /<!ENTITY/i.test(text)) return null;
  try {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      removeNSPrefix: true,
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: false,
      trimValues: true,
    });
    const tree = parser.parse(text, true) as XmlTree;
    return typeof tree === 'object' ? tree : null;
  } catch {
    return null;
  }
}
