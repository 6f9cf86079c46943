import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { RawFacts } from '../engine/engine.ts';
import { type Inspector, openInspector } from '../engine/open/inspect/inspect.ts';
import type { AleFacts } from '../engine/open/inspect/sidecars/ale.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { adoptDocuments, type KnownDocument } from '../pipeline/ingest/adopt-documents.ts';
import type { ClipGroup, Grouping } from '../pipeline/ingest/clip-group.ts';
import { groupClips } from '../pipeline/ingest/group-clips.ts';
import { exportAle } from '../pipeline/inspection/export-ale.ts';
import { exportCsv } from '../pipeline/inspection/export-csv.ts';
import { filesToInspect } from '../pipeline/inspection/files-to-inspect.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import { aleClipNames } from '../pipeline/inspection/sources/ale.ts';
import type { InspectedClip, Inspection } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { RollFile } from '../schemas/file.ts';
import { formatRational } from '../standards/time/rational.ts';
import { describeClip } from './describe-clip.ts';

/** Where a command writes: documents for scripts to `stdout`, words for people to `stderr` when scripts listen. */
export type CommandIo = { stdout(text: string): void; stderr(text: string): void };
export type InspectDeps = { tools: ToolPaths; scratch: string; signal?: AbortSignal };

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

/**
 * Inspects files and folders as a card would be: grouped into clips, each normalized.
 * @param raw put each file's raw facts into its clip as `rawFacts`
 */
export async function inspectPaths(paths: string[], deps: InspectDeps, raw = false): Promise<Inspection> {
  const inspector = openInspector(deps.tools, { scratch: deps.scratch });
  try {
    const inspection: Inspection = { version: 1, kind: 'inspection', clips: [], findings: [] };
    for (const path of paths)
      inspection.clips.push(...(await inspectOne(await select(path), inspector, deps, raw)));
    return inspection;
  } finally {
    await inspector.close();
  }
}

async function inspectOne(
  selection: Selection,
  inspector: Inspector,
  deps: InspectDeps,
  raw: boolean,
): Promise<InspectedClip[]> {
  const sizes = new Map(selection.files.map((f) => [f.path, f.sizeBytes]));
  const ask = async (wanted: readonly string[]) => {
    const told = await inspector.inspect(
      wanted.map((p) => join(selection.root, p)),
      { signal: deps.signal ?? new AbortController().signal },
    );
    return new Map<string, RawFacts>(wanted.map((p, i) => [p, told[i]!]));
  };
  const documents = await ask(documentsOf(selection.grouping, sizes));
  const grouping = adoptDocuments(
    selection.grouping,
    [...documents].flatMap(([path, facts]) => knownDocument(path, facts)),
  );
  const findings = selection.isWhole ? grouping.findings : [];
  // All files of all clips at once: the tools run side by side over clips, not within one.
  const facts = await ask(
    [...new Set(grouping.clips.flatMap((group) => filesToInspect(group, sizes)))].filter(
      (p) => !documents.has(p),
    ),
  );
  return grouping.clips.map((group) => {
    const own = new Map(
      group.files.flatMap((f): [string, RawFacts][] => {
        const told = facts.get(f.path) ?? documents.get(f.path);
        return told ? [[f.path, told]] : [];
      }),
    );
    const shared = grouping.shared.flatMap((s) =>
      isBelow(group, s.folder) ? (documents.get(s.path) ?? []) : [],
    );
    const clip = normalizeClip({
      group,
      facts: own,
      sizes,
      shared,
      card: selection.card,
      groupFindings: findings.filter((f) => f.subject.id === group.clipKey),
    });
    return raw ? { ...clip, rawFacts: [...own.values(), ...shared] } : clip;
  });
}

const DOCUMENT = /\.(csv|txt|xml|json|ale|srt|rmd)$/i;
const LARGEST_DOCUMENT_BYTES = 64 * 1024 * 1024;

/** Texts that no rule gave to a clip by name; their content may tell. */
function documentsOf(grouping: Grouping, sizes: ReadonlyMap<string, number>): string[] {
  const paths = [
    ...grouping.shared.map((s) => s.path),
    ...grouping.unclaimed.filter((u) => u.why === 'document').map((u) => u.path),
  ];
  return paths.filter(
    (p) => DOCUMENT.test(p) && (sizes.get(p) ?? 0) > 0 && (sizes.get(p) ?? 0) <= LARGEST_DOCUMENT_BYTES,
  );
}

function knownDocument(path: string, facts: RawFacts): KnownDocument[] {
  const [answer] = facts.tools;
  if (!answer) return [];
  return [
    answer.tool === 'ale'
      ? { path, tool: 'ale', rows: aleClipNames(answer.output as AleFacts) }
      : { path, tool: answer.tool },
  ];
}

function isBelow(group: ClipGroup, folder: string): boolean {
  return folder === '' || group.files.some((f) => f.path.startsWith(`${folder}/`) || f.path === folder);
}

/** `isWhole`: a folder was asked for, so what is missing in it is a finding. */
type Selection = { root: string; card: string; files: RollFile[]; grouping: Grouping; isWhole: boolean };

/** A folder is taken whole; a file is taken alone, with what lies beside it and is named after it. */
async function select(path: string): Promise<Selection> {
  const absolute = resolve(path);
  const info = await stat(absolute).catch((cause: unknown) => {
    throw new PipelineError('not-found', `${path} does not exist`, { path }, { cause });
  });
  if (info.isDirectory()) {
    const files = await listFiles(absolute, true);
    return {
      root: absolute,
      card: basename(await realpath(absolute)),
      files,
      grouping: groupClips(files),
      isWhole: true,
    };
  }
  const root = dirname(absolute);
  const files = await listFiles(root, false);
  return {
    root,
    card: basename(root),
    files,
    grouping: groupingOfFile(groupClips(files), basename(absolute)),
    isWhole: false,
  };
}

function groupingOfFile(grouping: Grouping, name: string): Grouping {
  const nothing = { clips: [], shared: [], unclaimed: [], findings: [] };
  const isDocument = grouping.shared.some((s) => s.path === name) || DOCUMENT.test(name);
  if (isDocument) return { ...nothing, unclaimed: [{ path: name, sizeBytes: 0, why: 'document' }] };
  return { ...nothing, clips: [clipOfFile(grouping, name)], shared: grouping.shared };
}

function clipOfFile(grouping: Grouping, name: string): ClipGroup {
  const group = grouping.clips.find((c) => c.files.some((f) => f.path === name));
  const own = group?.files.find((f) => f.path === name);
  if (!group || !own)
    return {
      clipKey: name,
      clipName: name.replace(/\.[^.]+$/, ''),
      cardRule: 'generic',
      files: [{ path: name, role: 'essence' }],
      sequence: null,
      span: null,
    };
  const beside = group.files.filter((f) => f.role === 'sidecar');
  const number = group.sequence && own.frame !== undefined ? group.sequence.first + own.frame : null;
  const file =
    own.role === 'frame'
      ? { ...own, frame: 0 }
      : { ...own, role: own.role === 'audio' ? own.role : ('essence' as const) };
  return {
    ...group,
    files: [file, ...beside],
    sequence: number === null ? null : { first: number, last: number, missing: [], missingCount: 0 },
    span: null,
  };
}

async function listFiles(root: string, recursive: boolean): Promise<RollFile[]> {
  const entries = await readdir(root, { recursive, withFileTypes: true });
  const files: RollFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const absolute = join(entry.parentPath, entry.name);
    const info = await lstat(absolute);
    files.push({ path: relative(root, absolute).split(sep).join('/'), sizeBytes: info.size });
  }
  return files;
}
