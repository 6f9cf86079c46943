import type { RollReport } from '../schemas/roll.ts';
import { isRefusal, type Refusal } from '../workflows/refusal.ts';
import { type Output, printJson } from './context.ts';
import { printFindings, verdictCode } from './findings.ts';
import { printRefusal } from './refusal.ts';

/**
 * Tells how work on a roll ended: its report as JSON where asked, `inWords` and the findings for people. Answers with the
 * exit code: 0 sealed, 10 to 12 by its findings, else that of the refusal.
 */
export function printRollReport(
  report: RollReport | Refusal,
  io: Output,
  asJson: boolean | undefined,
  inWords: (report: RollReport) => string,
): number {
  if (asJson) printJson(io, report);
  if (isRefusal(report)) return printRefusal(report, io);
  io.stderr(`${inWords(report)}\n`);
  printFindings(report.findings, io);
  return report.state === 'sealed' ? 0 : verdictCode(report.findings);
}
