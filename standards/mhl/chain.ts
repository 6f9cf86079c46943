import { hashBytes } from '../hash/hasher.ts';
import { createVocabularyReader } from './vocabulary-reader.ts';
import { encodeXmlText } from './xml-text.ts';

// Source: ASC MHL DIRECTORY XSD.
const CHAIN_NAMESPACE = 'urn:ASC:MHL:DIRECTORY:v2.0';

/** File name of the chain in an `ascmhl` folder. */
export const CHAIN_FILE = 'ascmhl_chain.xml';

/** One manifest as the chain vouches for it; `path` is a file name in the `ascmhl` folder (in a collection: relative to the collection). */
export type ChainEntry = {
  /** null where the attribute is missing or not a number. */
  sequenceNumber: number | null;
  path: string;
  c4: string;
};

/** Reads a chain or a collection: both have this form. @throws ManifestError */
export function readChain(bytes: Uint8Array): ChainEntry[] {
  const entries: ChainEntry[] = [];
  const reader = createVocabularyReader({
    root(uri, local) {
      if (local !== 'ascmhldirectory' || uri !== CHAIN_NAMESPACE) {
        throw new Error(
          `the root element <${local.slice(0, 40)}> in "${uri.slice(0, 80)}", expected <ascmhldirectory> in ${CHAIN_NAMESPACE}`,
        );
      }
    },
    open(path, attributes) {
      if (path === 'ascmhldirectory/hashlist') {
        entries.push({ sequenceNumber: sequenceNumber(attributes.get('sequencenr')), path: '', c4: '' });
      }
    },
    close(path, text) {
      const entry = entries.at(-1);
      if (path === 'ascmhldirectory/hashlist/path') setOnce(entry!, 'path', text);
      else if (path === 'ascmhldirectory/hashlist/c4') setOnce(entry!, 'c4', text.trim());
      else if (path === 'ascmhldirectory/hashlist' && (entry!.path === '' || entry!.c4 === '')) {
        throw new Error('an entry without a path or without a c4');
      }
    },
  });
  reader.write(bytes);
  reader.end();
  return entries;
}

/** Bytes of a chain or a collection. The same entries give the same bytes. */
export function writeChain(entries: readonly ChainEntry[]): Uint8Array {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<ascmhldirectory xmlns="${CHAIN_NAMESPACE}">`];
  for (const entry of entries) {
    lines.push(
      entry.sequenceNumber === null ? '  <hashlist>' : `  <hashlist sequencenr="${entry.sequenceNumber}">`,
      `    <path>${encodeXmlText(entry.path)}</path>`,
      `    <c4>${entry.c4}</c4>`,
      '  </hashlist>',
    );
  }
  lines.push('</ascmhldirectory>');
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}

/**
 * The chain with one more entry. What is there keeps its bytes, whoever wrote it, so that its earlier digest can be found again in it.
 * @param chain as read; when `entries` holds fewer than `bytes` name, the chain is taken as it was then
 */
export function appendToChain(
  chain: { entries: readonly ChainEntry[]; bytes: Uint8Array | null },
  entry: ChainEntry,
): Uint8Array {
  const beginning = chain.bytes === null ? null : textOfEntries(chain.bytes, chain.entries.length);
  if (beginning === null) return writeChain([...chain.entries, entry]);
  const added = Buffer.from(writeChain([entry])).toString('utf8');
  return Buffer.from(beginning + added.slice(added.indexOf('\n  <hashlist')), 'utf8');
}

// Null where the text cannot simply be continued: entries in a prefixed namespace, or none at all.
function textOfEntries(bytes: Uint8Array, count: number): string | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (count === 0 || !/<ascmhldirectory[\s>]/.test(text) || text.includes('<!--')) return null;
  const entryEnd = /<\/hashlist\s*>/g;
  for (let found = 0; found < count; found += 1) if (entryEnd.exec(text) === null) return null;
  return text.slice(0, entryEnd.lastIndex);
}

/** What a catalogue keeps of a chain: the C4 of its bytes. */
export function chainDigest(bytes: Uint8Array): string {
  return hashBytes('c4', bytes);
}

/**
 * How many entries the chain had when its digest was `recorded`: it only ever grows at its end, so one of its beginnings must have it.
 * null when none has: an entry that was there then is gone or changed.
 */
export function entriesAtDigest(bytes: Uint8Array, recorded: string): number | null {
  if (chainDigest(bytes) === recorded) return readChain(bytes).length;
  for (const { count, digest } of beginnings(bytes)) if (digest === recorded) return count;
  return null;
}

/** Those of the recorded digests that no beginning of the chain has: what was there then is gone or changed. */
export function lostDigests(bytes: Uint8Array, recorded: readonly string[]): Set<string> {
  const lost = new Set(recorded);
  lost.delete(chainDigest(bytes));
  if (lost.size === 0) return lost;
  for (const { digest } of beginnings(bytes)) if (lost.delete(digest) && lost.size === 0) break;
  return lost;
}

/** The chain as it was with one entry, with two, and so on: each with every digest that it may have had. */
function* beginnings(bytes: Uint8Array): Generator<{ count: number; digest: string }> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const closing = /<\/(?:[^\s<>:]+:)?ascmhldirectory\s*>\s*$/.exec(text)?.[0];
  if (closing === undefined) return;
  const entryEnd = /<\/(?:[^\s<>:]+:)?hashlist\s*>/g;
  for (let count = 1; entryEnd.exec(text) !== null; count += 1) {
    const beginning = text.slice(0, entryEnd.lastIndex);
    for (const space of ENDINGS)
      yield { count, digest: chainDigest(Buffer.from(beginning + space + closing, 'utf8')) };
  }
}

const ENDINGS = ['\n', '', '\r\n'];

function setOnce(entry: ChainEntry, field: 'path' | 'c4', text: string): void {
  if (entry[field] !== '') throw new Error(`two ${field} elements in one entry`);
  entry[field] = text;
}

function sequenceNumber(text: string | undefined): number | null {
  return text !== undefined && /^\s*\+?\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
