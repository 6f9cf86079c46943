import type { Finding, FindingCode } from '../../schemas/finding.ts';

/**
 * Exit codes of the reference tool. Source: ascmhl 1.2 errors; shared reference A9.
 * Not in it and ours: what has no code of its own takes the nearest.
 */
export const MHL_EXIT_CODES = {
  good: 0,
  filesMissing: 10,
  hashMismatch: 11,
  directoryHashMismatch: 12,
  fileNotFound: 20,
  filesUnlisted: 21,
  noHistory: 30,
  manifestAltered: 31,
  chainMissing: 32,
  manifestMissing: 33,
} as const;

const E = MHL_EXIT_CODES;

const DOCUMENT_CODES: Partial<Record<FindingCode, number>> = {
  'no-history': E.noHistory,
  'chain-missing': E.chainMissing,
  'manifest-altered': E.manifestAltered,
  'manifest-unlisted': E.manifestAltered,
  unreadable: E.manifestAltered,
  'manifest-missing': E.manifestMissing,
  'sequence-gap': E.manifestMissing,
  'path-unsafe': E.hashMismatch,
  'duplicate-record': E.hashMismatch,
  'directory-hash-mismatch': E.directoryHashMismatch,
};

const FILE_CODES: Partial<Record<FindingCode, number>> = {
  'hash-mismatch': E.hashMismatch,
  'hash-absent': E.hashMismatch,
  unreadable: E.hashMismatch,
  'file-unlisted': E.filesUnlisted,
  'file-renamed': E.filesUnlisted,
  'file-missing': E.filesMissing,
};

// The reference stops at the first fault of a history and then says nothing about files; ours says all and keeps its code.
const PRECEDENCE: readonly number[] = [30, 32, 31, 33, 11, 21, 20, 10, 12];

/** The exit code for a set of findings: faults of the history before faults of files, then 11, 21, 20, 10, 12. */
export function mhlExitCode(findings: Iterable<Finding>): number {
  const codes = new Set<number>();
  for (const one of findings) codes.add(exitCodeOf(one));
  return PRECEDENCE.find((code) => codes.has(code)) ?? E.good;
}

function exitCodeOf({ code, subject, technical }: Finding): number {
  // A nested folder that is gone with all it held is missing content; its history was not tampered with.
  if (technical.isFolderGone === true) return E.filesMissing;
  if (subject.kind !== 'file') return DOCUMENT_CODES[code] ?? E.good;
  // A link that leaves the scope is a file that cannot be checked where a record names it, else a file too many.
  if (code === 'path-unsafe' || code === 'unreadable')
    return technical.recorded === false ? E.filesUnlisted : E.hashMismatch;
  return FILE_CODES[code] ?? E.good;
}
