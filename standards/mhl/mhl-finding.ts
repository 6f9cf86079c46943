import type { Finding, FindingCode } from '../../schemas/finding.ts';
import { FINDING_CODES } from '../../schemas/finding-codes.ts';

/**
 * A finding about a file of the scope. Made here and not by `finding()`, because that loads zod, which costs `rushes mhl`
 * a quarter of its start-up; the severity comes from the same table.
 */
export function fileFinding(
  code: FindingCode,
  path: string,
  forPeople: string,
  technical: Record<string, unknown> = {},
): Finding {
  return {
    code,
    severity: FINDING_CODES[code].severity,
    subject: { kind: 'file', id: path, path },
    forPeople,
    technical,
  };
}

/** A finding about a manifest, a chain or a history folder. */
export function documentFinding(
  code: FindingCode,
  path: string,
  forPeople: string,
  technical: Record<string, unknown> = {},
  line?: number,
): Finding {
  const subject = { kind: 'document' as const, id: path, path, ...(line === undefined ? {} : { line }) };
  return { code, severity: FINDING_CODES[code].severity, subject, forPeople, technical };
}

/** A manifest that cannot be read to its end, and where its reading stopped. */
export function unusableManifest(
  path: string,
  { message, line }: { message: string; line: number },
): Finding {
  const sentence = `${shown(path)} cannot be used: ${message} (line ${line}).`;
  return documentFinding('unreadable', path, sentence, { line, reason: message }, line);
}

/** A path as it may be shown: control and direction characters written out, so that a hostile name cannot act on a terminal. */
export function shown(path: string): string {
  return path.replace(UNSHOWN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Control characters, line and paragraph separators, and what turns the direction of writing.
const UNSHOWN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
