import { mhlExitCode } from '../../standards/mhl/exit-code.ts';
import { recordTree } from '../../standards/mhl/record-tree.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { withLocalHashing } from './look.ts';
import { creatorOf, folderOf, formatsOf, ignoresOf, processOf, readOptions } from './options.ts';
import { ownVersion, printJson, tellFindings, tellVerdict, verdictDocument } from './report.ts';

/** What a new generation settles: files that it has just recorded, and that there was no history. */
const SETTLED = new Set(['no-history', 'chain-missing', 'file-unlisted', 'file-renamed']);

/** `rushes mhl create DIR`: verifies what is recorded, and writes a generation with the results; the first one where there is none. */
export async function create(args: string[], io: MhlOutput): Promise<number> {
  const startedAt = new Date().toISOString();
  const { values, positionals } = readOptions(args);
  const folder = folderOf(positionals);
  const tree = openLocalTree(folder);
  const result = await withLocalHashing(folder, tree, values.threads, (hashing) =>
    recordTree(tree, {
      ...hashing,
      formats: formatsOf(values.format) ?? ['xxh128'],
      ignores: ignoresOf(values),
      detectRenames: values['no-detect-renaming'] !== true,
      withoutDirectoryHashes: values['no-directory-hashes'] === true,
      startedAt,
      process: processOf(values),
      creator: creatorOf(values, ownVersion()),
    }),
  );
  const wasWritten = result.generations.length > 0;
  const exitCode = wasWritten
    ? mhlExitCode(result.verdict.findings.filter(({ code }) => !SETTLED.has(code)))
    : result.verdict.exitCode;
  const verdict = { ...result.verdict, exitCode, ok: exitCode === 0 };
  if (values.json === true)
    printJson(io, { ...verdictDocument(verdict, result.generations), recorded: result.observations.size });
  else {
    tellFindings(
      io,
      verdict.findings.filter(({ code }) => code !== 'no-history' || !wasWritten),
    );
    for (const { path } of result.generations) io.stderr(`wrote ${path}\n`);
    if (!wasWritten)
      io.stderr('nothing was written: the history must be whole before anything is added to it\n');
    tellVerdict(io, verdict);
  }
  return exitCode;
}
