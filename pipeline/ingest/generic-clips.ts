import type { FileRole } from '../../schemas/file.ts';
import { type CardFile, folderAbove, inFolder, lastFolder } from './card-file.ts';
import { sonySuffix } from './card-rules/sony.ts';
import type { CardRule, ClipGroup } from './clip-group.ts';
import { type FileKind, fileKind } from './file-kind.ts';

/** Sidecars whose name alone says that they describe one take; without media they still stand as a take that is missing its media. */
const SPEAKS_OF_ONE_TAKE = /(M\d\d\.XML|\.RMD|\.sidecar|\.SRT)$/i;

/** Makes a clip of each movie or sound file that no card rule and no sequence (`others`) took. */
export function mediaClips(files: CardFile[], others: ClipGroup[]): { clips: ClipGroup[]; rest: CardFile[] } {
  const rest: CardFile[] = [];
  const clips: ClipGroup[] = [];
  const pictures = new Set([
    ...files.filter((f) => isPicture(fileKind(f))).map((f) => inFolder(f.folder, f.stem).toLowerCase()),
    ...others.map((clip) => inFolder(folderOf(clip), clip.clipName).toLowerCase()),
  ]);
  for (const file of files) {
    const kind = fileKind(file);
    // Sound beside a picture of the same name belongs to it.
    const alone = kind === 'audio' && !pictures.has(inFolder(file.folder, file.stem).toLowerCase());
    if (isPicture(kind) || alone) clips.push(oneFileClip(file, kind === 'audio' ? 'audio' : 'essence'));
    else rest.push(file);
  }
  return { clips, rest };
}

function isPicture(kind: FileKind): boolean {
  return kind === 'movie' || kind === 'still' || kind === 'frame';
}

function oneFileClip(file: CardFile, role: FileRole, cardRule: CardRule = ruleByName(file)): ClipGroup {
  return {
    clipKey: inFolder(file.folder, file.name),
    clipName: file.stem,
    cardRule,
    files: [{ path: file.path, role }],
    sequence: null,
    span: null,
  };
}

function ruleByName(file: CardFile): CardRule {
  if (file.extension === 'braw') return 'blackmagic';
  if (
    /^([A-Z]\d{3}[CD]\d{3}_\d{6}(\d\d)?_[RL][0-9A-Z]{3}|[A-Z][A-Z_]\d{4}C\d{3}_\d{6}_\d{6}_[a-z][0-9A-Z]{4})$/.test(
      file.stem,
    )
  )
    return 'arri';
  if (/(^|\/)\d{3}APPLE$/i.test(file.folder)) return 'apple';
  return 'generic';
}

/**
 * Gives files to the clips they are named after: sidecars, proxies, thumbnails, sound. A file that only speaks of one take and
 * finds none becomes a take without media; the rest is answered.
 */
export function attachByName(
  files: CardFile[],
  clips: ClipGroup[],
): { sidecarOnly: ClipGroup[]; rest: CardFile[] } {
  const byName = indexByName(clips);
  const sidecarOnly = new Map<string, ClipGroup>();
  const rest: CardFile[] = [];
  for (const file of files) {
    const clip = namesOf(file)
      .map((name) => byName.get(name.toLowerCase()))
      .find((found) => found !== undefined);
    if (clip) clip.files.push({ path: file.path, role: roleBeside(file) });
    else if (SPEAKS_OF_ONE_TAKE.test(file.name)) {
      const clipName = sonySuffix(file.name)?.clipName ?? file.stem;
      const clipKey = inFolder(file.folder, `${clipName}#sidecar`);
      const group = sidecarOnly.get(clipKey) ?? {
        clipKey,
        clipName,
        cardRule: 'sidecar-only' as const,
        files: [],
        sequence: null,
        span: null,
      };
      group.files.push({ path: file.path, role: 'sidecar' });
      sidecarOnly.set(clipKey, group);
    } else rest.push(file);
  }
  return { sidecarOnly: [...sidecarOnly.values()], rest };
}

/** Moves clips that lie in a proxy folder beside the original of the same name into that original. */
export function foldProxyFolders(clips: ClipGroup[]): ClipGroup[] {
  const byName = indexByName(clips.filter((clip) => !isInProxyFolder(clip)));
  return clips.filter((clip) => {
    if (!isInProxyFolder(clip)) return true;
    const folder = folderOf(clip);
    const name = clip.clipName.replace(/[_-]proxy$/i, '');
    const original = byName.get(inFolder(folderAbove(folder), name).toLowerCase());
    if (!original) return true;
    for (const file of clip.files)
      original.files.push({ path: file.path, role: file.role === 'essence' ? 'proxy' : file.role });
    return false;
  });
}

function isInProxyFolder(clip: ClipGroup): boolean {
  return /^(prox(y|ies)|sub)$/i.test(lastFolder(folderOf(clip)));
}

function folderOf(clip: ClipGroup): string {
  return folderAbove(clip.files[0]?.path ?? '');
}

/** Clips by folder and name, by the stem and by the full name of each of their media files. */
function indexByName(clips: ClipGroup[]): Map<string, ClipGroup> {
  const byName = new Map<string, ClipGroup>();
  const put = (name: string, clip: ClipGroup) => {
    if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), clip);
  };
  for (const clip of clips) {
    put(inFolder(folderOf(clip), clip.clipName), clip);
    for (const { path, role } of clip.files) {
      if (role === 'frame') continue;
      put(path, clip);
      put(path.replace(/\.[^./]+$/, ''), clip);
    }
  }
  return byName;
}

/** Names a file may be called after, the longest first: `B001.mov.csv` is about `B001.mov`, `A001_001.static.csv` about `A001_001`. */
function namesOf(file: CardFile): string[] {
  const names: string[] = [];
  for (let name = file.stem; ; name = name.replace(/\.[^.]*$/, '')) {
    names.push(name, name.replace(/_\d{3}$/, ''), name.replace(/[_-]proxy$/i, ''));
    if (!/.\.[^.]*$/.test(name)) break;
  }
  const sony = sonySuffix(file.name);
  if (sony) names.push(sony.clipName);
  return [...new Set(names)].filter((name) => name !== '').map((name) => inFolder(file.folder, name));
}

function roleBeside(file: CardFile): FileRole {
  const sony = sonySuffix(file.name);
  if (sony) return sony.role;
  const kind = fileKind(file);
  if (kind === 'sidecar' || kind === 'proxy' || kind === 'thumbnail' || kind === 'audio') return kind;
  if (kind === 'still') return 'thumbnail';
  return kind === 'movie' ? 'proxy' : 'other';
}
