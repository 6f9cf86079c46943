import type { Finding } from '../schemas/finding.ts';
import { shown } from '../standards/mhl/mhl-finding.ts';
import type { Output } from './context.ts';

/** Tells findings one a line: severity, where, the sentence. */
export function printFindings(findings: readonly Finding[], io: Output): void {
  for (const { severity, subject, forPeople } of findings) {
    // A hostile file name must not act on a terminal, nor make two lines of one.
    io.stderr(`  ${severity.padEnd(7)} ${shown(`${subject.path ?? subject.id}: ${forPeople}`)}\n`);
  }
}

/** The exit code of a negative verdict: 11 a hash, 12 something missing, 13 ambiguous, else 10. Source: design.md section 8. */
export function verdictCode(findings: readonly Finding[]): number {
  const codes = new Set(
    findings.filter((finding) => finding.severity === 'error').map((finding) => finding.code),
  );
  if (codes.has('hash-mismatch') || codes.has('directory-hash-mismatch') || codes.has('manifest-altered'))
    return 11;
  if (codes.has('file-missing') || codes.has('frame-missing') || codes.has('segment-missing')) return 12;
  if (codes.has('clip-ambiguous')) return 13;
  return 10;
}
