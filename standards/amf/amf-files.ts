import type { AmfReference } from './amf.ts';
import type { ProblemList } from './amf-problem.ts';
import { digestOf } from './hash-value.ts';

/** The files beside an AMF: a folder, or whatever came with a submission. */
export type AmfFiles = {
  /** @param path relative to the AMF, `/`-separated, checked to stay below it. @returns null when it is not there */
  read(path: string): Promise<Uint8Array | null>;
};

/** No file is beside the AMF: each reference to one is a problem. */
export const NO_FILES: AmfFiles = { read: async () => null };

/**
 * The path of a file reference below the folder of its AMF, or a sentence why it is not taken.
 * Source: acesMetadataFile.xsd, `file` is xs:anyURI; nothing is fetched and nothing outside the folder is read.
 */
export function safePath(uri: string): { path: string } | { why: string } {
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri))
    return { why: `"${uri}" is not a relative path; put the file beside the AMF` };
  let path: string;
  try {
    path = decodeURIComponent(uri);
  } catch {
    return { why: `"${uri}" is not a well-formed URI` };
  }
  if (path.startsWith('/') || path.startsWith('\\') || path.includes('\0'))
    return { why: `"${uri}" is not a relative path` };
  const parts = path.split(/[/\\]/);
  if (parts.includes('..')) return { why: `"${uri}" leaves the folder of the AMF` };
  return { path: parts.filter((part) => part !== '.' && part !== '').join('/') };
}

/** Reads a referenced file and checks its hash where the AMF gives one; null, with a problem, when it cannot be used. */
export async function readReferencedFile(
  file: string,
  reference: Pick<AmfReference, 'hash' | 'line'>,
  files: AmfFiles,
  problems: ProblemList,
): Promise<{ path: string; text: string } | null> {
  const safe = safePath(file);
  if ('why' in safe) {
    problems.add('path-unsafe', reference, `${safe.why}.`, { file });
    return null;
  }
  const bytes = await files.read(safe.path);
  if (bytes === null) {
    problems.add('file-missing', reference, `the file "${safe.path}" is not there; put it beside the AMF.`, {
      file,
    });
    return null;
  }
  if (reference.hash) {
    const got = digestOf(reference.hash.algorithm, bytes);
    if (got !== reference.hash.digest) {
      const { algorithm, digest } = reference.hash;
      problems.add(
        'hash-mismatch',
        reference,
        `"${safe.path}" has ${algorithm} ${got}, the AMF says ${digest}.`,
        { file, got, digest },
      );
      return null;
    }
  }
  try {
    return { path: safe.path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    problems.add('unreadable', reference, `"${safe.path}" is not a text file in UTF-8.`, { file });
    return null;
  }
}
