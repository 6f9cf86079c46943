import { type Finding, type FindingCode, finding } from '../../schemas/finding.ts';
import { checkIntegrity } from './check-integrity.ts';
import { FdlDocument } from './fdl-document.ts';

/** What was read: `fdl` is null when it is not an FDL by its schema. */
export type FdlReading = { fdl: FdlDocument | null; problems: Finding[] };

/** The documents of this kind are some KiB; more is refused before it is parsed. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Reads and validates an ASC FDL 2.0: schema first, then what the schema cannot say (ids, references, hierarchy).
 * @param name of the document, for people
 */
export function readFdl(text: string, name: string): FdlReading {
  const problems: Finding[] = [];
  const add = (code: FindingCode, sentence: string, technical: Record<string, unknown> = {}) =>
    void problems.push(finding(code, { kind: 'document', id: name }, `${name}: ${sentence}`, technical));
  const document = text.length > MAX_CHARACTERS ? undefined : jsonOf(text);
  if (document === undefined) {
    add('document-invalid', text.length > MAX_CHARACTERS ? 'it is larger than 16 MiB.' : 'it is not JSON.');
    return { fdl: null, problems };
  }
  const parsed = FdlDocument.safeParse(document);
  if (!parsed.success) {
    for (const issue of parsed.error.issues.slice(0, 100)) {
      const place = issue.path.join('.') || 'the document';
      add('document-invalid', `${place} ${issue.message}.`, { path: place });
    }
    return { fdl: null, problems };
  }
  checkIntegrity(parsed.data, add);
  return { fdl: parsed.data, problems };
}

/** Writes an FDL as JSON; a member's own `_` members are kept as they were. Equal documents give equal bytes. */
export function writeFdl(fdl: FdlDocument): string {
  return `${JSON.stringify(fdl, null, 2)}\n`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
