import { legacyVocabulary } from './legacy-manifest.ts';
import type { DirectoryRecord, FileRecord, Manifest, ManifestHeader } from './manifest.ts';
import { manifestVocabulary } from './manifest-vocabulary.ts';
import { createVocabularyReader, type Vocabulary } from './vocabulary-reader.ts';

// Source: ASC MHL XSD.
const MANIFEST_NAMESPACE = 'urn:ASC:MHL:v2.0';

/** Hears the records of a manifest in the order of the file. */
export type RecordListener = (record: FileRecord | DirectoryRecord) => void;

/** A push reader for one manifest: `end` gives all but the records, which the listener has heard. @throws ManifestError from both */
export type ManifestReader = { write(chunk: Uint8Array): void; end(): ManifestHeader };

/** Starts reading a manifest, ASC MHL 2.0 or legacy MHL 1.x, whichever its root element says. Memory does not grow with the records. */
export function createManifestReader(onRecord: RecordListener): ManifestReader {
  const header = emptyHeader();
  let vocabulary: Vocabulary | null = null;
  const reader = createVocabularyReader({
    root(uri, local, attributes) {
      header.version = attributes.get('version') ?? '';
      vocabulary = vocabularyOf(uri, local, header, onRecord);
      vocabulary.root(uri, local, attributes);
    },
    open: (path, attributes) => vocabulary!.open(path, attributes),
    close: (path, text, attributes) => vocabulary!.close(path, text, attributes),
  });
  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end();
      return header;
    },
  };
}

/** Reads a manifest that is in memory. @throws ManifestError */
export function readManifest(bytes: Uint8Array): Manifest {
  const records: Manifest['records'] = [];
  const reader = createManifestReader((record) => records.push(record));
  reader.write(bytes);
  return { ...reader.end(), records };
}

function vocabularyOf(
  uri: string,
  local: string,
  header: ManifestHeader,
  onRecord: RecordListener,
): Vocabulary {
  if (local !== 'hashlist') throw new Error(`the root element <${local.slice(0, 40)}>, expected <hashlist>`);
  if (uri === MANIFEST_NAMESPACE) {
    if (header.version !== '2.0') throw new Error(`a hash list of version "${header.version}", expected 2.0`);
    return manifestVocabulary(header, onRecord);
  }
  if (/^1(\.\d+)?$/.test(header.version)) return legacyVocabulary(header, onRecord);
  throw new Error(`a hash list in the namespace "${uri.slice(0, 80)}", expected ${MANIFEST_NAMESPACE}`);
}

function emptyHeader(): ManifestHeader {
  return {
    version: '',
    creator: {
      creationDate: '',
      hostname: '',
      tool: { name: '', version: '' },
      authors: [],
      location: null,
      comment: null,
    },
    process: null,
    rootHash: null,
    ignorePatterns: [],
    references: [],
  };
}
