import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { RawFacts } from '../engine/engine.ts';
import { type Inspector, openInspector } from '../engine/open/inspect/inspect.ts';
import type { AleFacts } from '../engine/open/inspect/sidecars/ale.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { adoptDocuments, type KnownDocument } from '../pipeline/ingest/adopt-documents.ts';
import { indexFindings } from '../pipeline/ingest/card-index.ts';
import type { ClipGroup, Grouping } from '../pipeline/ingest/clip-group.ts';
import { groupClips } from '../pipeline/ingest/group-clips.ts';
import { filesToInspect } from '../pipeline/inspection/files-to-inspect.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import { aleClipNames } from '../pipeline/inspection/sources/ale.ts';
import type { InspectedClip, Inspection } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { RollFile } from '../schemas/file.ts';
import type { Finding } from '../schemas/finding.ts';

export type InspectDeps = { tools: ToolPaths; scratch: string; signal?: AbortSignal };

/** What one path gave: its clips, findings about no clip, and files that no clip claims. */
type Told = { clips: InspectedClip[]; findings: Finding[]; unclaimed: string[] };

/**
 * Inspects files and folders as a card would be: grouped into clips, each normalized. Files that belong to no clip are listed.
 * @param raw put each file's raw facts into its clip as `rawFacts`
 * @throws PipelineError not-found, tool-missing
 */
export async function inspectPaths(paths: string[], deps: InspectDeps, raw = false): Promise<Inspection> {
  const inspector = openInspector(deps.tools, { scratch: deps.scratch });
  try {
    const told: Told[] = [];
    for (const path of paths) told.push(await inspectOne(await select(path), inspector, deps, raw));
    return {
      version: 1,
      kind: 'inspection',
      clips: told.flatMap((t) => t.clips),
      findings: told.flatMap((t) => t.findings),
      unclaimed: told.flatMap((t) => t.unclaimed),
    };
  } finally {
    await inspector.close();
  }
}

async function inspectOne(
  selection: Selection,
  inspector: Inspector,
  deps: InspectDeps,
  raw: boolean,
): Promise<Told> {
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
  // All files of all clips at once: the tools run side by side over clips, not within one.
  const wanted = new Set(grouping.clips.flatMap((group) => filesToInspect(group, sizes)));
  const facts = new Map([...documents, ...(await ask([...wanted].filter((p) => !documents.has(p))))]);
  const findings = selection.isWhole ? grouping.findings : [];
  const keys = new Set(grouping.clips.map((c) => c.clipKey));
  return {
    clips: grouping.clips.map((group) =>
      clipOf(group, { grouping, facts, sizes, findings, card: selection.card, raw }),
    ),
    findings: [
      ...findings.filter((f) => !keys.has(f.subject.id)),
      ...(selection.isWhole ? indexesOf(documents, sizes) : []),
    ],
    unclaimed: grouping.unclaimed.filter((u) => u.why !== 'system').map((u) => u.path),
  };
}

type Known = {
  grouping: Grouping;
  facts: ReadonlyMap<string, RawFacts>;
  sizes: ReadonlyMap<string, number>;
  findings: readonly Finding[];
  card: string;
  raw: boolean;
};

function clipOf(group: ClipGroup, { grouping, facts, sizes, findings, card, raw }: Known): InspectedClip {
  const own = new Map(
    group.files.flatMap((f): [string, RawFacts][] => {
      const told = facts.get(f.path);
      return told ? [[f.path, told]] : [];
    }),
  );
  const shared = grouping.shared.flatMap((s) => (isBelow(group, s.folder) ? (facts.get(s.path) ?? []) : []));
  const clip = normalizeClip({
    group,
    facts: own,
    sizes,
    shared,
    card,
    groupFindings: findings.filter((f) => f.subject.id === group.clipKey),
  });
  return raw ? { ...clip, rawFacts: [...own.values(), ...shared] } : clip;
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
  // An index of the card speaks of the card, not of one take.
  if (!answer || answer.tool === 'sony-mediapro-xml') return [];
  return [
    answer.tool === 'ale'
      ? { path, tool: 'ale', rows: aleClipNames(answer.output as AleFacts) }
      : { path, tool: answer.tool },
  ];
}

function indexesOf(documents: ReadonlyMap<string, RawFacts>, sizes: ReadonlyMap<string, number>): Finding[] {
  const paths = new Set(sizes.keys());
  return [...documents].flatMap(([path, facts]) =>
    facts.tools.flatMap((t) =>
      t.tool === 'sony-mediapro-xml' ? indexFindings({ path, tree: t.output }, paths) : [],
    ),
  );
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
