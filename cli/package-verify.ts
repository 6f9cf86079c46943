import { open, readFile, realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve, sep } from 'node:path';
import { PACKAGE_FILES } from '../pipeline/delivery/package-files.ts';
import {
  addFindings,
  type PackageFolder,
  type PackageVerdict,
  verifyPackage,
} from '../pipeline/delivery/verify-package.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Finding } from '../schemas/finding.ts';
import { PackageManifest } from '../schemas/package.ts';
import { examineTree } from '../standards/mhl/examine-tree.ts';
import { recordTree } from '../standards/mhl/record-tree.ts';
import { openLocalTree } from '../stores/local-tree.ts';
import { neededWord, readArguments, wholeNumber } from './arguments.ts';
import type { Output } from './context.ts';
import { withLocalHashing } from './mhl/look.ts';
import { ownVersion } from './mhl/report.ts';
import { readCardHistories } from './package-evidence.ts';

const USAGE = 'rushes package verify DIR [--card ROLLDIR]… [--re-render N] [--record] [--json]';

/** Makes some frames of a package again where it was made, and tells what differs. */
export type ReRender = (
  manifest: PackageManifest,
  count: number,
) => Promise<{ compared: string[]; findings: Finding[] }>;

/** Lends a reader of movies for the time of a check; undefined where no tool for it is installed. */
export type WithInspector = <T>(
  folder: string,
  use: (inspect: PackageFolder['inspectMovie']) => Promise<T>,
) => Promise<T>;

/**
 * `rushes package verify DIR`: a receiver's check of a whole package. Writes nothing unless `--record`, which appends the
 * next generation of the package's ASC MHL with what was found. Exit 11 for altered content, 12 for what is missing, 10
 * for anything else to look at.
 */
export async function packageVerifyCommand(
  args: string[],
  io: Output,
  reRender: ReRender,
  withInspector: WithInspector = (_folder, use) => use(undefined),
): Promise<number> {
  const startedAt = new Date().toISOString();
  const { flags, words } = readArguments(
    args,
    {
      json: { type: 'boolean' },
      record: { type: 'boolean' },
      're-render': { type: 'string' },
      card: { type: 'string', multiple: true },
    },
    USAGE,
  );
  const count = wholeNumber(flags['re-render'], 're-render') ?? 0;
  const folder = resolve(neededWord(words, 0, 'folder', USAGE));
  const there = await stat(folder).catch(() => null);
  if (!there?.isDirectory()) throw new PipelineError('not-found', `${folder} is no folder.`, { folder });
  const tree = openLocalTree(folder);
  const { generations, ...examination } = await withLocalHashing(folder, tree, {}, async (hashing) =>
    flags.record
      ? recordTree(tree, {
          ...hashing,
          formats: ['xxh128'],
          startedAt,
          process: 'in-place',
          creator: creator(),
        })
      : { ...(await examineTree(tree, hashing)), generations: [] },
  );
  const local = localFolder(folder);
  const card = flags.card === undefined ? null : await readCardHistories(flags.card);
  const seen = await withInspector(folder, (inspectMovie) =>
    verifyPackage(inspectMovie === undefined ? local : { ...local, inspectMovie }, examination, card),
  );
  const again = count > 0 ? await makeAgain(local, count, reRender) : null;
  const verdict = again === null ? seen : addFindings(seen, again.findings);
  const told = again === null ? verdict : { ...verdict, reRendered: again.compared };
  if (flags.json) io.stdout(`${JSON.stringify(told, null, 2)}\n`);
  else io.stdout(describe(verdict));
  if (again !== null)
    io.stderr(
      `${again.compared.length} of ${count} asked for were made again: ${again.findings.length} differ; trims are held by the digests of their originals\n`,
    );
  for (const { path } of generations) io.stderr(`wrote ${path}\n`);
  return verdict.exitCode;
}

/** A package without a readable manifest was judged already: nothing in it can be made again. */
async function makeAgain(folder: PackageFolder, count: number, reRender: ReRender) {
  const text = await folder.readText(PACKAGE_FILES.manifest);
  const manifest = PackageManifest.safeParse(text === null ? null : parsedJson(text));
  return manifest.success ? reRender(manifest.data, count) : { compared: [], findings: [] };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function creator() {
  return {
    hostname: hostname(),
    tool: { name: 'rushes', version: ownVersion() },
    authors: [],
    location: null,
    comment: null,
  };
}

/** Reads below the folder only, links resolved: what a manifest names elsewhere is as good as absent. */
function localFolder(folder: string): PackageFolder {
  const inside = async (path: string) => {
    const [root, file] = await Promise.all([
      realpath(folder),
      realpath(resolve(folder, path)).catch(() => null),
    ]);
    return file?.startsWith(root + sep) ? file : null;
  };
  return {
    async readText(path) {
      const file = await inside(path);
      return file === null ? null : readFile(file, 'utf8').catch(() => null);
    },
    async openFile(path) {
      const file = await inside(path);
      const handle = file === null ? null : await open(file, 'r').catch(() => null);
      if (handle === null) return null;
      const { size } = await handle.stat();
      return {
        sizeBytes: size,
        async read(offset, length) {
          const buffer = Buffer.alloc(length);
          const { bytesRead } = await handle.read(buffer, 0, length, offset);
          return buffer.subarray(0, bytesRead);
        },
        close: () => handle.close(),
      };
    },
  };
}

function describe({ ok, turnover, counts, findings, origins }: PackageVerdict): string {
  const lines = findings.map(
    (found) => `${found.severity.padEnd(7)} ${found.code.padEnd(22)} ${found.forPeople}\n`,
  );
  const summary = `${counts.plates} plates, ${counts.frames} frames, ${counts.files} files: ${counts.verified} verified, ${counts.failed} failed, ${counts.missing} missing, ${counts.unlisted} unlisted`;
  const proven = origins.filter(({ holds }) => holds);
  const held = proven.filter(({ originals }) => originals.every(({ isInHistory }) => isInHistory === true));
  const origin =
    origins.length === 0
      ? ''
      : `${proven.length} of ${origins.length} plates followed by digests to their camera files, ${held.length} of them held against the card's ASC MHL (--card ROLLDIR)\n`;
  return `${lines.join('')}${origin}${ok ? 'good' : 'NOT GOOD'}: ${turnover ?? 'package'}: ${summary}\n`;
}
