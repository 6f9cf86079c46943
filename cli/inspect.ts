import { neededWord, readArguments } from './arguments.ts';
import { describeClip } from './describe-clip.ts';
import { type InspectDeps, inspectPaths } from './inspect-paths.ts';
import { formAsked, printList } from './print-list.ts';

/** Where a command writes: documents for scripts to `stdout`, words for people to `stderr` when scripts listen. */
export type CommandIo = { stdout(text: string): void; stderr(text: string): void };

const USAGE = 'rushes inspect PATH... [--json [--raw] | --ale | --csv | --tracker]';
const FLAGS = {
  json: { type: 'boolean' },
  raw: { type: 'boolean' },
  ale: { type: 'boolean' },
  csv: { type: 'boolean' },
  tracker: { type: 'boolean' },
} as const;

/**
 * `rushes inspect PATH...`: raw facts and the normalized record of files and cards; no servers needed. `--ale`, `--csv` and
 * `--tracker` print the clips as a list for editors, a table for people, a document for production trackers.
 * @returns 0; 10 when an error is among the findings; 2 where one list cannot carry the clips together
 * @throws PipelineError input-invalid, not-found, tool-missing
 */
export async function inspectCommand(args: string[], io: CommandIo, deps: InspectDeps): Promise<number> {
  const { flags, words: paths } = readArguments(args, FLAGS, USAGE);
  neededWord(paths, 0, 'path', USAGE);
  const form = formAsked(flags, USAGE);
  const inspection = await inspectPaths(paths, deps, flags.raw ?? false);
  if (flags.json) io.stdout(`${JSON.stringify(inspection)}\n`);
  else if (form) {
    const wrong = printList(form, inspection.clips, io);
    if (wrong !== 0) return wrong;
  } else for (const clip of inspection.clips) io.stdout(describeClip(clip));
  const findings = [...(inspection.findings ?? []), ...inspection.clips.flatMap((c) => c.findings)];
  return findings.some((f) => f.severity === 'error') ? 10 : 0;
}
