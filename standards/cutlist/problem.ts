import type { CutListProblem } from '../../schemas/cut-list.ts';
import type { FindingCode, Severity } from '../../schemas/finding.ts';
import { FINDING_CODES } from '../../schemas/finding-codes.ts';

/** A problem of a list with everything a person needs: what is wrong, why it matters, how to mend it. */
export type Problem = CutListProblem & { severity: Severity; event: string | null };

/** Makes a problem whose sentence says what, why and how; `facts` carry the values. */
export function problem(
  code: FindingCode,
  where: { line: number; event?: string },
  sentences: { what: string; why: string; fix: string },
  facts: Record<string, unknown> = {},
): Problem {
  const place = [
    ...(where.line > 0 ? [`line ${where.line}`] : []),
    ...(where.event === undefined ? [] : [`event ${where.event}`]),
  ].join(', ');
  return {
    line: where.line,
    code,
    severity: FINDING_CODES[code].severity,
    event: where.event ?? null,
    forPeople: `${place === '' ? 'The list' : capital(place)}: ${sentences.what} ${sentences.why} ${sentences.fix}`,
    technical: { ...sentences, ...facts },
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
