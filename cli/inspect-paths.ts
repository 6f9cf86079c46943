import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { RawFacts } from '../engine/engine.ts';
import { type Inspector, openInspector } from '../engine/open/inspect/inspect.ts';
import { lookAt } from '../engine/open/inspect/look-at.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { ClipGroup, Grouping } from '../pipeline/ingest/clip-group.ts';
import { groupClips } from '../pipeline/ingest/group-clips.ts';
import { type Look, pathsToLookAt, settleUnclaimed } from '../pipeline/ingest/settle-unclaimed.ts';
import { filesToInspect } from '../pipeline/inspection/files-to-inspect.ts';
import { normalizeClip } from '../pipeline/inspection/normalize.ts';
import { isSoundClip, soundOf } from '../pipeline/inspection/sound-under-clip.ts';
import type { InspectedClip, Inspection } from '../schemas/clip.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { RollFile } from '../schemas/file.ts';
import type { Finding } from '../schemas/finding.ts';
import { listFolder } from './list-folder.ts';

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
      clips: withSound(told.flatMap((t) => t.clips)),
      findings: told.flatMap((t) => t.findings),
      unclaimed: told.flatMap((t) => t.unclaimed),
    };
  } finally {
    await inspector.close();
  }
}

/** Names under each picture the sound inspected with it. */
function withSound(clips: readonly InspectedClip[]): InspectedClip[] {
  const sounds = clips.filter(isSoundClip);
  if (sounds.length === 0) return [...clips];
  return clips.map((clip) => (isSoundClip(clip) ? clip : { ...clip, sound: soundOf(clip, sounds) }));
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
  const looks = await lookAtAll(selection, deps.signal);
  const { grouping, indexFindings } = settleUnclaimed(selection.grouping, looks, new Set(sizes.keys()));
  const documents = await ask(looks.flatMap(({ path, document }) => (document ? [path] : [])));
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
      ...(selection.isWhole ? indexFindings : []),
    ],
    unclaimed: [
      ...grouping.unclaimed.filter((u) => u.why !== 'system').map((u) => u.path),
      ...selection.others,
    ],
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
/** Files looked into at once: each costs a few kilobytes. */
const LOOKS_AT_ONCE = 16;

/** What no rule gave to a clip by name; its content may tell. A file that may not be read is left as it is. */
async function lookAtAll(selection: Selection, signal?: AbortSignal): Promise<Look[]> {
  const paths = pathsToLookAt(selection.grouping);
  const looks: Look[] = [];
  for (let from = 0; from < paths.length; from += LOOKS_AT_ONCE) {
    const some = paths.slice(from, from + LOOKS_AT_ONCE);
    const told = await Promise.all(some.map((path) => look(join(selection.root, path), path, signal)));
    looks.push(...told.flat());
  }
  return looks;
}

async function look(location: string, path: string, signal?: AbortSignal): Promise<Look[]> {
  try {
    return [{ path, ...(await lookAt(location, signal)) }];
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'unreadable') return [];
    throw error;
  }
}

function isBelow(group: ClipGroup, folder: string): boolean {
  return folder === '' || group.files.some((f) => f.path.startsWith(`${folder}/`) || f.path === folder);
}

/** `isWhole`: a folder was asked for, so what is missing in it is a finding. */
type Selection = {
  root: string;
  card: string;
  files: RollFile[];
  grouping: Grouping;
  isWhole: boolean;
  /** Links, pipes and devices: named, never followed. */
  others: string[];
};

/** A folder is taken whole; a file is taken alone, with what lies beside it and is named after it. */
async function select(path: string): Promise<Selection> {
  const absolute = resolve(path);
  const info = await stat(absolute).catch((cause: unknown) => {
    throw new PipelineError('not-found', `${path} does not exist`, { path }, { cause });
  });
  if (info.isDirectory()) {
    const { files, others } = await listFolder(absolute, true);
    return {
      root: absolute,
      card: basename(await realpath(absolute)),
      files,
      grouping: groupClips(files),
      isWhole: true,
      others,
    };
  }
  const root = dirname(absolute);
  const { files } = await listFolder(root, false);
  return {
    root,
    card: basename(root),
    files,
    grouping: groupingOfFile(groupClips(files), basename(absolute), info.size),
    isWhole: false,
    others: [],
  };
}

function groupingOfFile(grouping: Grouping, name: string, sizeBytes: number): Grouping {
  const nothing = { clips: [], shared: [], unclaimed: [], findings: [] };
  const isDocument = grouping.shared.some((s) => s.path === name) || DOCUMENT.test(name);
  if (isDocument) return { ...nothing, unclaimed: [{ path: name, sizeBytes, why: 'document' }] };
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
