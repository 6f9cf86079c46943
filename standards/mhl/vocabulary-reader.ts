import { type ElementPath, elementPath } from './element-path.ts';
import { createXmlReader, type XmlReader } from './xml-reader.ts';

/** What to do at the elements of a vocabulary, by their path from the root. */
export type Vocabulary = {
  /** Says whether the root is ours. @throws Error with the reason when it is not */
  root(uri: string, local: string, attributes: ReadonlyMap<string, string>): void;
  open(path: string, attributes: ReadonlyMap<string, string>): void;
  /** `text` is all text directly inside the element, white space kept. */
  close(path: string, text: string, attributes: ReadonlyMap<string, string>): void;
};

/**
 * Reads the elements of the root's own namespace; elements of others, and everything inside `metadata`, are passed over whole.
 * Errors thrown by the vocabulary become ManifestError with the line.
 */
export function createVocabularyReader(vocabulary: Vocabulary): XmlReader {
  const open: {
    path: ElementPath;
    attributes: ReadonlyMap<string, string>;
    text: string;
    hasChild: boolean;
  }[] = [];
  let namespace = '';
  let skippedDepth = 0;

  return createXmlReader({
    open(name, attributes) {
      const parent = open.at(-1);
      if (skippedDepth === 0 && parent !== undefined) {
        if (!parent.hasChild) needNoText(parent.text);
        parent.hasChild = true;
        parent.text = '';
      }
      if (
        skippedDepth > 0 ||
        (parent !== undefined && (name.uri !== namespace || name.local === 'metadata'))
      ) {
        skippedDepth += 1;
        return;
      }
      if (parent === undefined) {
        vocabulary.root(name.uri, name.local, attributes);
        namespace = name.uri;
      }
      const path = parent === undefined ? elementPath(name.local) : parent.path.child(name.local);
      open.push({ path, attributes, text: '', hasChild: false });
      vocabulary.open(path.key, attributes);
    },
    text(text) {
      const element = open.at(-1);
      if (skippedDepth > 0 || element === undefined) return;
      // The white space of a container is not gathered: `hashes` has as much of it as records.
      if (element.hasChild) needNoText(text);
      else element.text = element.text === '' ? text : element.text + text;
    },
    close() {
      if (skippedDepth > 0) {
        skippedDepth -= 1;
        return;
      }
      const element = open.pop()!;
      vocabulary.close(element.path.key, element.text, element.attributes);
    },
  });
}

// Two readers may take different parts of text that has elements between; then they vouch for different files.
function needNoText(text: string): void {
  if (text.trim() !== '') throw new Error(`the text "${text.trim().slice(0, 40)}" beside an element`);
}
