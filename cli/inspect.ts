import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { RawFacts } from '../engine/engine.ts';
import { openInspector } from '../engine/open/inspect/inspect.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { ClipGroup, Grouping } from '../pipeline/ingest/clip-group.ts';
import { groupClips } from '../pipeline/ingest/group-clips.ts';
import { filesToInspect } from '../pipeline/inspection/files-to-inspect.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import type { InspectedClip, Inspection } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { RollFile } from '../schemas/file.ts';
import { describeClip } from './describe-clip.ts';

/** Where a command writes: documents for scripts to `stdout`, words for people to `stderr` when scripts listen. */
export type CommandIo = { stdout(text: string): void; stderr(text: string): void };
export type InspectDeps = { tools: ToolPaths; scratch: string; signal?: AbortSignal };

const USAGE = 'usage: rushes inspect PATH... [--json] [--raw]\n';

/**
 * `rushes inspect PATH... [--json] [--raw]`: raw facts and the normalized record of files and cards; no servers needed.
 * @returns 0, 10 when there are warnings or errors among the findings, 2 for wrong usage
 * @throws PipelineError not-found, tool-missing, unreadable
 */
export async function inspectCommand(args: string[], io: CommandIo, deps: InspectDeps): Promise<number> {
  const paths = args.filter((a) => !a.startsWith('--'));
  const unknown = args.filter((a) => a.startsWith('--') && a !== '--json' && a !== '--raw');
  if (paths.length === 0 || unknown.length > 0) {
    io.stderr(unknown.length > 0 ? `unknown option ${unknown.join(' ')}\n${USAGE}` : USAGE);
    return 2;
  }
  const inspection = await inspectPaths(paths, deps, args.includes('--raw'));
  const problems = [...(inspection.findings ?? []), ...inspection.clips.flatMap((c) => c.findings)].filter(
    (f) => f.severity !== 'info',
  );
  if (args.includes('--json')) io.stdout(`${JSON.stringify(inspection)}\n`);
  else for (const clip of inspection.clips) io.stdout(describeClip(clip));
  return problems.length > 0 ? 10 : 0;
}

/**
 * Inspects files and folders as a card would be: grouped into clips, each normalized.
 * @param raw put each file's raw facts into its clip as `rawFacts`
 */
export async function inspectPaths(paths: string[], deps: InspectDeps, raw = false): Promise<Inspection> {
  const inspector = openInspector(deps.tools, { scratch: deps.scratch });
  try {
    const inspection: Inspection = { version: 1, kind: 'inspection', clips: [], findings: [] };
    for (const path of paths) {
      const selection = await select(path);
      const sizes = new Map(selection.files.map((f) => [f.path, f.sizeBytes]));
      for (const group of selection.grouping.clips) {
        const wanted = filesToInspect(group, sizes);
        const told = await inspector.inspect(
          wanted.map((p) => join(selection.root, p)),
          { signal: deps.signal ?? new AbortController().signal },
        );
        const facts = new Map<string, RawFacts>(wanted.map((p, i) => [p, told[i]!]));
        const groupFindings = selection.grouping.findings.filter((f) => f.subject.id === group.clipKey);
        const clip: InspectedClip = normalizeClip({
          group,
          facts,
          sizes,
          groupFindings,
          card: selection.card,
        });
        inspection.clips.push(raw ? { ...clip, rawFacts: told } : clip);
      }
    }
    return inspection;
  } finally {
    await inspector.close();
  }
}

type Selection = { root: string; card: string; files: RollFile[]; grouping: Grouping };

/** A folder is taken whole; a file is taken alone, with what lies beside it and is named after it. */
async function select(path: string): Promise<Selection> {
  const absolute = resolve(path);
  const info = await stat(absolute).catch((cause: unknown) => {
    throw new PipelineError('not-found', `${path} does not exist`, { path }, { cause });
  });
  if (info.isDirectory()) {
    const files = await listFiles(absolute, true);
    return { root: absolute, card: basename(await realpath(absolute)), files, grouping: groupClips(files) };
  }
  const root = dirname(absolute);
  const files = await listFiles(root, false);
  const grouping = groupClips(files);
  return {
    root,
    card: basename(root),
    files,
    grouping: { ...grouping, clips: [clipOfFile(grouping, basename(absolute))], findings: [] },
  };
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
  if (own.role === 'sidecar') return { ...group, files: [own], sequence: null, span: null };
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
