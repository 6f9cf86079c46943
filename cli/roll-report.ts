import type { RollReport } from '../schemas/roll.ts';
import type { Started } from '../service/client.ts';
import { isRefusal, type Refusal } from '../workflows/refusal.ts';
import { type Output, printJson } from './context.ts';
import { printFindings, verdictCode } from './findings.ts';
import { printRefusal } from './refusal.ts';

/** What `ingest`, `transfer` and `roll verify` take of the flags. */
export type FollowFlags = { json?: boolean; 'no-wait'?: boolean };

/**
 * Waits for work on a roll and tells how it ended: its report as JSON where asked, `inWords` and the findings for people.
 * With `--no-wait` only what was started is told. Answers with the exit code: 0 sealed or not waited for, 10 to 12 by
 * its findings, else that of the refusal.
 */
export async function followRoll(
  started: Started<RollReport | Refusal>,
  flags: FollowFlags,
  io: Output,
  inWords: (report: RollReport) => string,
): Promise<number> {
  if (flags['no-wait']) {
    if (flags.json) printJson(io, { version: 1, kind: 'started', workflowId: started.workflowId });
    return 0;
  }
  const report = await started.result();
  if (flags.json) printJson(io, report);
  if (isRefusal(report)) return printRefusal(report, io);
  io.stderr(`${inWords(report)}\n`);
  printFindings(report.findings, io);
  return report.state === 'sealed' ? 0 : verdictCode(report.findings);
}

/** How much of a roll was verified, for people. */
export function verifiedInWords({ counts }: RollReport): string {
  return `${counts.verified} of ${counts.files} files verified`;
}

/** The generation that the work appended, for people. */
export function generationInWords({ generation }: RollReport): string {
  return generation === null ? 'no generation written' : `generation ${generation}`;
}
