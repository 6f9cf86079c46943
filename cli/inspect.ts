import type { Inspection } from '../schemas/clip.ts';
import { describeClip } from './describe-clip.ts';
import { type InspectDeps, inspectPaths } from './inspect-paths.ts';
import { printList } from './print-list.ts';

/** Where a command writes: documents for scripts to `stdout`, words for people to `stderr` when scripts listen. */
export type CommandIo = { stdout(text: string): void; stderr(text: string): void };

const USAGE = 'usage: rushes inspect PATH... [--json [--raw] | --ale | --csv | --tracker]\n';
const FLAGS = new Set(['--json', '--raw', '--ale', '--csv', '--tracker']);

/**
 * `rushes inspect PATH...`: raw facts and the normalized record of files and cards; no servers needed. `--ale`, `--csv` and
 * `--tracker` print the clips as a list for editors, a table for people, a document for production trackers.
 * @returns 0; 10 when an error is among the findings; 2 for wrong usage
 * @throws PipelineError not-found, tool-missing
 */
export async function inspectCommand(args: string[], io: CommandIo, deps: InspectDeps): Promise<number> {
  const paths = args.filter((a) => !a.startsWith('--'));
  const unknown = args.filter((a) => a.startsWith('--') && !FLAGS.has(a));
  if (paths.length === 0 || unknown.length > 0) {
    io.stderr(unknown.length > 0 ? `unknown option ${unknown.join(' ')}\n${USAGE}` : USAGE);
    return 2;
  }
  const inspection = await inspectPaths(paths, deps, args.includes('--raw'));
  const wrong = print(inspection, new Set(args), io);
  if (wrong !== 0) return wrong;
  const findings = [...(inspection.findings ?? []), ...inspection.clips.flatMap((c) => c.findings)];
  return findings.some((f) => f.severity === 'error') ? 10 : 0;
}

function print(inspection: Inspection, flags: ReadonlySet<string>, io: CommandIo): number {
  if (flags.has('--json')) io.stdout(`${JSON.stringify(inspection)}\n`);
  else {
    const form = (['ale', 'csv', 'tracker'] as const).find((each) => flags.has(`--${each}`));
    if (form) return printList(form, inspection.clips, io);
    for (const clip of inspection.clips) io.stdout(describeClip(clip));
  }
  return 0;
}
