import type { HashFormat } from '../../schemas/hash.ts';

/** What a recorded hash says about its file: a `failed` one never verifies anything. Source: ASC MHL XSD, ActionAttributeType. */
export type HashAction = 'original' | 'verified' | 'failed';

/** Formats in the element order that the XSD asks for. Source: ASC MHL XSD, HashType. */
export const FORMATS_IN_XSD_ORDER = [
  'c4',
  'md5',
  'sha1',
  'xxh128',
  'xxh3',
  'xxh64',
] as const satisfies readonly HashFormat[];

/** One hash of a file in one manifest. `xxh32` occurs only in legacy MHL 1.x. */
export type RecordedDigest = {
  format: HashFormat | 'xxh32';
  /** Lower-case hex or C4. */
  digest: string;
  /** null when the attribute is absent: the XSD allows it, the specification does not. Read as a statement that the file had this hash. */
  action: HashAction | null;
  /** xs:dateTime as written. */
  hashDate: string | null;
};

/** A `hash` element. Paths are relative to the scope of the history, spelled as written. */
export type FileRecord = {
  kind: 'file';
  path: string;
  sizeBytes: number | null;
  creationDate: string | null;
  modifiedAt: string | null;
  digests: RecordedDigest[];
  previousPath: string | null;
};

/** A record to be filled in while a manifest is read. */
export function emptyFileRecord(): FileRecord {
  return {
    kind: 'file',
    path: '',
    sizeBytes: null,
    creationDate: null,
    modifiedAt: null,
    digests: [],
    previousPath: null,
  };
}

/** Content and structure hash of a folder by format. Source: ASC MHL specification 5.5; shared reference A5. */
export type DirectoryDigests = {
  content: Partial<Record<HashFormat, string>>;
  structure: Partial<Record<HashFormat, string>>;
};

/** A `directoryhash` element. */
export type DirectoryRecord = DirectoryDigests & {
  kind: 'directory';
  path: string;
  creationDate: string | null;
  modifiedAt: string | null;
  hashDate: string | null;
  previousPath: string | null;
};

/** A manifest of a nested history that belongs to the same operation: path relative to the scope, C4 of the file. */
export type ManifestReference = { path: string; c4: string };

/** A person of `creatorinfo`. */
export type Author = {
  name: string;
  email?: string | undefined;
  phone?: string | undefined;
  role?: string | undefined;
};

/** Who made a manifest, when, where, with what. */
export type Creator = {
  /** xs:dateTime as written. */
  creationDate: string;
  hostname: string;
  tool: { name: string; version: string };
  authors: Author[];
  location: string | null;
  comment: string | null;
};

/** Everything of a manifest but its records. */
export type ManifestHeader = {
  /** `2.0`, or `1.0` and `1.1` for legacy MHL. */
  version: string;
  creator: Creator;
  /** `in-place`, `transfer` or `flatten`; as written, null where absent. */
  process: string | null;
  rootHash: DirectoryDigests | null;
  ignorePatterns: string[];
  references: ManifestReference[];
};

/** A manifest read whole: records in the order of the file. */
export type Manifest = ManifestHeader & { records: (FileRecord | DirectoryRecord)[] };

/** A manifest, chain or collection that is not what it must be. The caller makes it a finding; it is never fatal to the rest. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  /** Line in the file, from 1. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}
