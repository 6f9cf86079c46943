import { exportAle } from '../pipeline/inspection/export-ale.ts';
import { exportCsv } from '../pipeline/inspection/export-csv.ts';
import type { InspectedClip, Inspection } from '../schemas/clip.ts';
import { formatRational } from '../standards/time/rational.ts';
import { describeClip } from './describe-clip.ts';
import { type InspectDeps, inspectPaths } from './inspect-paths.ts';

/** Where a command writes: documents for scripts to `stdout`, words for people to `stderr` when scripts listen. */
export type CommandIo = { stdout(text: string): void; stderr(text: string): void };

const USAGE = 'usage: rushes inspect PATH... [--json [--raw] | --ale | --csv]\n';
const FLAGS = new Set(['--json', '--raw', '--ale', '--csv']);

/**
 * `rushes inspect PATH...`: raw facts and the normalized record of files and cards; no servers needed. `--ale` and `--csv` print the
 * clips as a list for editors or a table for people.
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
  if (wrong !== null) return wrong;
  const findings = [...(inspection.findings ?? []), ...inspection.clips.flatMap((c) => c.findings)];
  return findings.some((f) => f.severity === 'error') ? 10 : 0;
}

function print(inspection: Inspection, flags: ReadonlySet<string>, io: CommandIo): number | null {
  if (flags.has('--json')) io.stdout(`${JSON.stringify(inspection)}\n`);
  else if (flags.has('--csv')) io.stdout(exportCsv(inspection.clips));
  else if (flags.has('--ale')) return printAle(inspection.clips, io);
  else for (const clip of inspection.clips) io.stdout(describeClip(clip));
  return null;
}

/** An ALE has one rate: clips of several rates make several lists, which one stream cannot carry. */
function printAle(clips: readonly InspectedClip[], io: CommandIo): number | null {
  const { lists, left } = exportAle(clips);
  for (const clip of left) io.stderr(`${clip.clipName} has no rate or timecode and stands in no list\n`);
  if (lists.length > 1) {
    io.stderr(
      `these clips have ${lists.length} frame rates (${lists.map((l) => formatRational(l.rate)).join(', ')}) and an ALE has one: inspect them apart\n`,
    );
    return 2;
  }
  io.stdout(lists[0]?.text ?? '');
  return null;
}
