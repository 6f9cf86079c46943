import type { HashFormat } from '../../schemas/hash.ts';
import { canonicalDigest } from '../hash/digest-text.ts';
import { detached } from './detached-text.ts';
import { readHeaderElement } from './header-vocabulary.ts';
import {
  type DirectoryRecord,
  emptyFileRecord,
  type FileRecord,
  FORMATS_IN_XSD_ORDER,
  type HashAction,
  type ManifestHeader,
} from './manifest.ts';
import type { RecordListener } from './manifest-reader.ts';
import type { Vocabulary } from './vocabulary-reader.ts';
import { withOneMore } from './with-one-more.ts';

const FILE = 'hashlist/hashes/hash';
const DIRECTORY = 'hashlist/hashes/directoryhash';
const ROOT = 'hashlist/processinfo/roothash';
const ACTIONS = new Set<string>(['original', 'verified', 'failed']);
const FORMATS = new Set<string>(FORMATS_IN_XSD_ORDER);

type Attributes = ReadonlyMap<string, string>;

/** The elements of ASC MHL 2.0. What belongs elsewhere is passed over; order is not enforced, because spec text and XSD disagree on it. */
export function manifestVocabulary(header: ManifestHeader, onRecord: RecordListener): Vocabulary {
  let file: FileRecord = emptyFileRecord();
  let directory: DirectoryRecord = emptyDirectory();
  return {
    root() {},
    open(path) {
      if (path === FILE) file = emptyFileRecord();
      else if (path === DIRECTORY || path === ROOT) directory = emptyDirectory();
    },
    close(path, text, attributes) {
      if (path === FILE) onRecord(finished(file));
      else if (path === DIRECTORY) onRecord(finished(directory));
      else if (path === ROOT)
        header.rootHash = { content: directory.content, structure: directory.structure };
      else if (FILE_PARTS.has(path)) readFilePart(file, FILE_PARTS.get(path)!, text, attributes);
      else if (path.startsWith(DIRECTORY))
        readDirectoryPart(directory, path.slice(DIRECTORY.length + 1), text, attributes);
      else if (path.startsWith(ROOT))
        readDirectoryPart(directory, path.slice(ROOT.length + 1), text, attributes);
      else readHeaderElement(header, path, text, attributes);
    },
  };
}

const FILE_PARTS = new Map(
  ['path', 'previousPath', ...FORMATS_IN_XSD_ORDER].map((part) => [`${FILE}/${part}`, part]),
);

function readFilePart(record: FileRecord, part: string, text: string, attributes: Attributes): void {
  if (part === 'path') {
    setPath(record, text, attributes);
    record.sizeBytes = readSize(attributes.get('size'));
  } else if (part === 'previousPath') {
    record.previousPath = detached(text);
  } else {
    const format = part as HashFormat;
    const action = attributes.get('action') ?? null;
    if (action !== null && !ACTIONS.has(action))
      throw new Error(`the action "${action.slice(0, 40)}", expected original, verified or failed`);
    const digest = detached(canonicalDigest(format, text.trim()));
    record.digests = withOneMore(record.digests, {
      format,
      digest,
      action: action as HashAction | null,
      hashDate: attributes.get('hashdate') ?? null,
    });
  }
}

function readDirectoryPart(
  record: DirectoryRecord,
  part: string,
  text: string,
  attributes: Attributes,
): void {
  if (part === 'path') setPath(record, text, attributes);
  if (part === 'previousPath') record.previousPath = detached(text);
  const [kind, format] = part.split('/');
  if ((kind !== 'content' && kind !== 'structure') || format === undefined || !FORMATS.has(format)) return;
  if (record[kind][format as HashFormat] !== undefined)
    throw new Error(`two ${format} ${kind} hashes of one folder`);
  record[kind][format as HashFormat] = detached(canonicalDigest(format as HashFormat, text.trim()));
  record.hashDate ??= attributes.get('hashdate') ?? null;
}

// Two readers that take different ones of two paths would vouch for different files.
function setPath(record: FileRecord | DirectoryRecord, text: string, attributes: Attributes): void {
  if (record.path !== '') throw new Error('two paths in one record');
  record.path = detached(text);
  record.creationDate = attributes.get('creationdate') ?? null;
  record.modifiedAt = attributes.get('lastmodificationdate') ?? null;
}

function readSize(text: string | undefined): number | null {
  if (text === undefined) return null;
  const size = Number(text.trim());
  if (!/^\s*\+?\d+\s*$/.test(text) || !Number.isSafeInteger(size))
    throw new Error(`the size "${text.slice(0, 40)}", expected a count of bytes`);
  return size;
}

function finished<T extends FileRecord | DirectoryRecord>(record: T): T {
  if (record.path === '') throw new Error('a record without a path');
  return record;
}

function emptyDirectory(): DirectoryRecord {
  return {
    kind: 'directory',
    path: '',
    creationDate: null,
    modifiedAt: null,
    hashDate: null,
    content: {},
    structure: {},
    previousPath: null,
  };
}
