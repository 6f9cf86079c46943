import { type Finding, finding } from '../../schemas/finding.ts';
import { cardFile, inFolder } from './card-file.ts';
import type { ClipGroup, Grouping } from './clip-group.ts';

/** A text file whose content a sidecar reader knew. `rows`: names of the clips that a list speaks of. */
export type KnownDocument = { path: string; tool: string; rows?: readonly string[] };

/** What exporters put behind a clip's name: REDline `.static` and `.frames`, Canon `_Static` and `_Frames`, spans `_001`, Sony `M01`. */
const EXPORT_SUFFIX = /([._](static|frames|metadata)|_\d{3}|M\d\d)$/i;

/**
 * Gives documents that only their content tells to be sidecars to the clips they are named after. Those that find none become clips
 * without media: what they say is not lost. A list of clips stays shared when it names a clip that is there, else each row is one.
 */
export function adoptDocuments(grouping: Grouping, documents: readonly KnownDocument[]): Grouping {
  const adopted = new Set<string>();
  const clips = grouping.clips.map((clip) => ({ ...clip, files: [...clip.files] }));
  const byName = new Map(clips.map((clip) => [nameKey(clip.files[0]?.path ?? '', clip.clipName), clip]));
  const alone = new Map<string, ClipGroup>();
  let shared = grouping.shared;
  for (const document of documents) {
    adopted.add(document.path);
    if (document.rows) {
      const isAbout = document.rows.some((row) =>
        clips.some((clip) => clip.clipName.toLowerCase() === row.toLowerCase()),
      );
      if (!isAbout) {
        for (const row of new Set(document.rows))
          alone.set(`${document.path}#${row}`, sidecarClip(`${document.path}#${row}`, row, document.path));
        shared = shared.filter((s) => s.path !== document.path);
      }
      continue;
    }
    const name = documentName(document.path);
    const clip = byName.get(nameKey(document.path, name));
    const key = inFolder(cardFile({ path: document.path, sizeBytes: 0 }).folder, `${name}#sidecar`);
    const known = alone.get(key);
    if (clip) clip.files.push({ path: document.path, role: 'sidecar' });
    else if (known) known.files.push({ path: document.path, role: 'sidecar' });
    else alone.set(key, sidecarClip(key, name, document.path));
  }
  const without = [...alone.values()];
  return {
    clips: [...clips, ...without].sort((a, b) => (a.clipKey < b.clipKey ? -1 : 1)),
    shared,
    unclaimed: grouping.unclaimed.filter((u) => !adopted.has(u.path)),
    findings: [...grouping.findings, ...without.map(withoutMedia)],
  };
}

function sidecarClip(clipKey: string, clipName: string, path: string): ClipGroup {
  return {
    clipKey,
    clipName,
    cardRule: 'sidecar-only',
    files: [{ path, role: 'sidecar' }],
    sequence: null,
    span: null,
  };
}

/** The name of the clip a document is named after: its own without endings and exporters' suffixes. */
function documentName(path: string): string {
  let name = cardFile({ path, sizeBytes: 0 }).stem.replace(/\.(mov|mxf|mp4|r3d|braw|ari|arx)$/i, '');
  for (
    let shorter = name.replace(EXPORT_SUFFIX, '');
    shorter !== name && shorter !== '';
    shorter = name.replace(EXPORT_SUFFIX, '')
  )
    name = shorter;
  return name;
}

function nameKey(path: string, name: string): string {
  return inFolder(cardFile({ path, sizeBytes: 0 }).folder, name).toLowerCase();
}

function withoutMedia(clip: ClipGroup): Finding {
  const path = clip.files[0]!.path;
  return finding(
    'media-missing',
    { kind: 'clip', id: clip.clipKey, path },
    `${clip.clipName} has no media here: only ${clip.files.map((f) => f.path).join(', ')} speaks of it.`,
    { files: clip.files.map((f) => f.path) },
  );
}
