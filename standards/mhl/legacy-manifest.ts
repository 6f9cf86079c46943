import { detached } from './detached-text.ts';
import { emptyFileRecord, type FileRecord, type ManifestHeader, type RecordedDigest } from './manifest.ts';
import type { RecordListener } from './manifest-reader.ts';
import type { Vocabulary } from './vocabulary-reader.ts';
import { withOneMore } from './with-one-more.ts';

const HASH = 'hashlist/hash/';

/**
 * The elements of legacy MHL 1.0 and 1.1, for verification only. `null` means that the writer kept the size and no hash.
 * Source: mediahashlist.org, MediaHashList_v1_1.xsd of 2016-05-20.
 */
export function legacyVocabulary(header: ManifestHeader, onRecord: RecordListener): Vocabulary {
  let record = emptyFileRecord();
  return {
    root() {},
    open(path) {
      if (path === 'hashlist/hash') record = emptyFileRecord();
    },
    close(path, text) {
      if (path === 'hashlist/hash') {
        if (record.path === '') throw new Error('a hash without a file');
        onRecord(record);
      } else if (path.startsWith(HASH)) readPart(record, path.slice(HASH.length), text);
      else readCreator(header, path, text.trim());
    },
  };
}

function readPart(record: FileRecord, part: string, text: string): void {
  if (part === 'file') {
    if (record.path !== '') throw new Error('two files in one hash');
    record.path = detached(portablePath(text));
  } else if (part === 'size') {
    if (!/^\d{1,16}$/.test(text.trim()))
      throw new Error(`the size "${text.slice(0, 40)}", expected a count of bytes`);
    record.sizeBytes = Number(text);
  } else if (part === 'lastmodificationdate') record.modifiedAt = text.trim();
  else if (part === 'creationdate') record.creationDate = text.trim();
  else {
    const digest = legacyDigest(part, text.trim());
    if (digest !== null) record.digests = withOneMore(record.digests, digest);
  }
}

/** xxhash64 is the canonical value with its bytes reversed, xxhash64be the canonical one, xxhash is XXH32 in decimal. */
function legacyDigest(element: string, text: string): RecordedDigest | null {
  const hex = detached(text.toLowerCase());
  const base = { action: null, hashDate: null };
  if (element === 'md5' || element === 'sha1') return { format: element, digest: hex, ...base };
  if (element === 'xxhash64be') return { format: 'xxh64', digest: hex.padStart(16, '0'), ...base };
  // What newer programs write into old lists, by the names and in the form of ASC MHL.
  if (element === 'xxh64' || element === 'xxh3' || element === 'xxh128')
    return { format: element, digest: hex, ...base };
  if (element === 'xxhash64')
    return { format: 'xxh64', digest: reversedBytes(hex.padStart(16, '0')), ...base };
  if (element === 'xxhash') return { format: 'xxh32', digest: xxh32Hex(hex), ...base };
  if (element === 'c4') return { format: 'c4', digest: detached(text), ...base };
  return null;
}

function reversedBytes(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}

function xxh32Hex(text: string): string {
  return /^\d{1,10}$/.test(text) && Number(text) <= 0xffffffff
    ? Number(text).toString(16).padStart(8, '0')
    : text;
}

// Writers on Windows used backslashes; a card never has them inside a name.
function portablePath(text: string): string {
  return text.replaceAll('\\', '/');
}

function readCreator(header: ManifestHeader, path: string, text: string): void {
  const creator = header.creator;
  if (path === 'hashlist/creatorinfo/hostname') creator.hostname = text;
  else if (path === 'hashlist/creatorinfo/tool') creator.tool = { name: text, version: '' };
  else if (path === 'hashlist/creatorinfo/startdate') creator.creationDate = text;
  else if (path === 'hashlist/creatorinfo/finishdate') creator.creationDate ||= text;
  else if (path === 'hashlist/creatorinfo/name' && text !== '') creator.authors.push({ name: text });
}
