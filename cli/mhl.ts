import { PipelineError } from '../schemas/failure.ts';

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

const USAGE = `rushes mhl create  DIR [--format F]... [--ignore PATTERN]... [--no-directory-hashes] [--author-name N] [--location L] [--comment C] [--json]
rushes mhl verify  DIR [--format F]... [--record] [--manifest FILE] [--expect-chain C4] [--json]
rushes mhl diff    DIR [--json]
rushes mhl info    DIR [--file PATH] [--verbose] [--json]
rushes mhl flatten DIR... [DESTINATION | --output DESTINATION] [--collection] [--json]
Formats: xxh64 xxh3 xxh128 md5 sha1 c4, several by repeating --format or with commas.
`;

/** Runs `rushes mhl`: needs no server, and answers with the reference tool's own exit codes. @throws PipelineError input-invalid and the failures of a tree */
export async function mhlCommand(args: string[], io: MhlOutput): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || rest.includes('--help')) {
    io.stderr(USAGE);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  if (load === undefined)
    throw new PipelineError('input-invalid', `There is no "rushes mhl ${name}".\n${USAGE}`, { name });
  return (await load())(rest, io);
}
