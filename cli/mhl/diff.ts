import { compareKnown } from '../../standards/mhl/compare-lists.ts';
import { MHL_EXIT_CODES, mhlExitCode } from '../../standards/mhl/exit-code.ts';
import { layBeside } from '../../standards/mhl/known-tree.ts';
import { loadAnyHistory } from '../../standards/mhl/load-any-history.ts';
import { listTree } from '../../standards/mhl/tree.ts';
import type { Verdict } from '../../standards/mhl/verdict.ts';
import { openLocalTree } from '../../stores/local-tree.ts';
import type { MhlOutput } from '../mhl.ts';
import { folderOf, ignoresOf, readOptions } from './options.ts';
import { printJson, tellFindings, verdictDocument } from './report.ts';

/** `rushes mhl diff DIR`: the lists only, no file is read. */
export async function diff(args: string[], io: MhlOutput): Promise<number> {
  const { values, positionals } = readOptions('diff', args);
  const tree = openLocalTree(folderOf(positionals));
  const listing = await listTree(tree);
  const histories = await loadAnyHistory(tree, listing, { expectedChainDigest: values['expect-chain'] });
  const lists = compareKnown(histories, layBeside(histories, listing, ignoresOf(values)));
  const findings = [...histories.findings, ...lists.findings];
  const exitCode = diffExitCode(findings);
  const counts = {
    verified: 0,
    failed: 0,
    missing: lists.missing.length + lists.missingFolders.length,
    unlisted: lists.unlisted.length,
  };
  const verdict: Verdict = { ok: exitCode === 0, counts, findings, exitCode, renames: [] };
  if (values.json === true) printJson(io, { ...verdictDocument(verdict), listsOnly: true });
  else {
    tellFindings(io, findings);
    io.stderr(
      `${verdict.ok ? 'the lists agree' : 'the lists differ'}: ${counts.missing} missing, ${counts.unlisted} unlisted; no file was read\n`,
    );
  }
  return exitCode;
}

// Here, unlike in verify, the reference lets a missing file go before an unlisted one.
function diffExitCode(findings: Verdict['findings']): number {
  const code = mhlExitCode(findings);
  const isMissing = findings.some((one) => one.code === 'file-missing');
  return code === MHL_EXIT_CODES.filesUnlisted && isMissing ? MHL_EXIT_CODES.filesMissing : code;
}
