import type { ClipGroup } from './clip-group.ts';

/** A Codex volume shows each take in several forms: `<ending>/<roll>/<shot>/<shot>.<frame>.<ending>`. Source: Codex Virtual File System, default naming. */
const FORM = /^(.*\/)?(ari|arx|hde|dpx|mxf|mov|exr)\/([^/]+\/[^/]+\/)?[^/]+$/i;
/** What the camera wrote; the other forms are made from it while they are read. */
const RECORDED = /^(ari|arx|hde)$/i;

/** Makes the pictures that a Codex volume only shows proxies of the recorded ones: a take is one clip in whatever forms it is shown. */
export function foldVirtualCopies(clips: readonly ClipGroup[]): ClipGroup[] {
  const recorded = new Map<string, ClipGroup>();
  for (const clip of clips) {
    const form = formOf(clip);
    if (form && RECORDED.test(form.ending)) recorded.set(form.take, clip);
  }
  if (recorded.size === 0) return [...clips];
  return clips.filter((clip) => {
    const form = formOf(clip);
    const original = form && !RECORDED.test(form.ending) ? recorded.get(form.take) : undefined;
    if (!original) return true;
    for (const { path } of clip.files) original.files.push({ path, role: 'proxy' });
    return false;
  });
}

/** The form's folder, and the take without it: volume, roll, shot. */
function formOf(clip: ClipGroup): { ending: string; take: string } | null {
  const match = FORM.exec(clip.files[0]?.path ?? '');
  if (!match?.[3]) return null;
  return { ending: match[2]!, take: `${match[1] ?? ''}${match[3]}${clip.clipName}`.toLowerCase() };
}
