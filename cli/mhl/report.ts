import { readFileSync } from 'node:fs';
import type { Finding } from '../../schemas/finding.ts';
import type { NewGeneration } from '../../standards/mhl/create-generations.ts';
import type { Verdict } from '../../standards/mhl/verdict.ts';
import type { MhlOutput } from '../mhl.ts';

/** Version of this program, as it goes into manifests. */
export function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** Prints a document on stdout as one JSON text. */
export function printJson(io: MhlOutput, document: unknown): void {
  io.stdout(`${JSON.stringify(document, null, 2)}\n`);
}

/** Tells findings, the worst first. */
export function tellFindings(io: MhlOutput, findings: readonly Finding[]): void {
  const order = { error: 0, warning: 1, info: 2 };
  for (const { severity, code, forPeople } of [...findings].sort(
    (a, b) => order[a.severity] - order[b.severity],
  )) {
    io.stderr(`${severity.padEnd(7)} ${code.padEnd(23)} ${forPeople}\n`);
  }
}

/** Tells a verdict in one line. */
export function tellVerdict(
  io: MhlOutput,
  { ok, counts, findings }: Pick<Verdict, 'ok' | 'counts' | 'findings'>,
): void {
  const { verified, failed, missing, unlisted } = counts;
  const summary = `${verified} verified, ${failed} failed, ${missing} missing, ${unlisted} unlisted`;
  io.stderr(ok ? `good: ${summary}\n` : `NOT GOOD: ${summary}, ${findings.length} findings\n`);
}

/** The document of `mhl verify --json`, `create` and `diff` add fields to it. Source: design.md section 9. */
export function verdictDocument(
  verdict: Verdict,
  generations: readonly NewGeneration[] = [],
): Record<string, unknown> {
  const { ok, counts, findings, exitCode } = verdict;
  return {
    version: 1,
    kind: 'mhl-verdict',
    ok,
    counts,
    findings,
    exitCode,
    generations: generations.map(({ scope, number, path, c4, chainDigest }) => ({
      scope,
      number,
      path,
      c4,
      chainDigest,
    })),
  };
}
