import { PipelineError } from '../schemas/failure.ts';
import { asksForUsage } from './arguments.ts';

/** Where a command writes: with `--json`, stdout bears one JSON document and nothing else. */
export type MhlOutput = { stdout: (text: string) => void; stderr: (text: string) => void };

type Subcommand = (args: string[], io: MhlOutput) => Promise<number>;

const SUBCOMMANDS: Record<string, () => Promise<Subcommand>> = {
  create: async () => (await import('./mhl/create.ts')).create,
  verify: async () => (await import('./mhl/verify.ts')).verify,
  diff: async () => (await import('./mhl/diff.ts')).diff,
  info: async () => (await import('./mhl/info.ts')).info,
  flatten: async () => (await import('./mhl/flatten.ts')).flatten,
};

const USAGE = `rushes mhl create  DIR [--format F]... [--file PATH]... [--ignore PATTERN]... [--ignore-spec FILE] [--no-directory-hashes]
                       [--no-detect-renaming] [--process in-place|transfer] [--author-name N] [--author-email E] [--author-phone P]
                       [--author-role R] [--location L] [--comment C] [--json]
rushes mhl verify  DIR [--format F]... [--file PATH]... [--record] [--manifest FILE]... [--expect-chain C4] [--ignore PATTERN]... [--json]
rushes mhl diff    DIR [--expect-chain C4] [--ignore PATTERN]... [--json]
rushes mhl info    DIR | MANIFEST [--file PATH]... [--verbose] [--json]
rushes mhl flatten DIR... [DESTINATION | --output DESTINATION] [--collection] [--json]
Formats: xxh64 xxh3 xxh128 md5 sha1 c4, several by repeating --format or with commas. verify checks every recorded format; with --format only
these, for files that have one of them. Only create, and verify with --record, write into DIR.
Exit codes: 0 good, 10 missing, 11 hash, 12 folder hash, 20 file not found, 21 unlisted, 30 no history, 31 manifest altered or unlisted,
32 chain missing, 33 manifest missing; of several the first of 30 32 31 33 11 21 20 10 12.
`;

/** Runs `rushes mhl`: needs no server, and answers with the reference tool's own exit codes. @throws PipelineError input-invalid and the failures of a tree */
export async function mhlCommand(args: string[], io: MhlOutput): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'help' || asksForUsage(args)) {
    io.stdout(USAGE);
    return 0;
  }
  if (name === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (load === undefined)
    throw new PipelineError('input-invalid', `There is no "rushes mhl ${name}".\n${USAGE}`, { name });
  return (await load())(rest, io);
}
