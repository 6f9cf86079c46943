import type { FileRole } from '../../../schemas/file.ts';
import { type CardFile, folderAbove, inFolder, lastFolder } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

/** What Sony puts after a clip's name: metadata M01.XML, proxies S01/S03, real-time metadata R01.BIM, thumbnails T01.JPG and I01.PPN. */
const SUFFIXES: [RegExp, FileRole][] = [
  [/^(.+?)M\d\d\.XML$/i, 'sidecar'],
  [/^(.+?)S\d\d\.(?:MXF|MP4|SMI)$/i, 'proxy'],
  [/^(.+?)R\d\d\.BIM$/i, 'sidecar'],
  [/^(.+?)(?:T\d\d\.JPG|I\d\d\.PPN)$/i, 'thumbnail'],
];

/** The clip name and role that Sony's suffix gives a file; null for a name without one. */
export function sonySuffix(name: string): { clipName: string; role: FileRole } | null {
  for (const [pattern, role] of SUFFIXES) {
    const match = pattern.exec(name);
    if (match) return { clipName: match[1]!, role };
  }
  return null;
}

/**
 * Sony cards: XDROOT (or a `Clip` folder beside MEDIAPRO.XML), M4ROOT and BPAV. Proxies and thumbnails of their own folders join
 * the clip they are named after. Source: shared reference inspection section 4; folder layouts as in Adobe XMP-Toolkit-SDK XMPFiles.
 */
export function claimSony(file: CardFile, hasFile: (path: string) => boolean): Claim | null {
  const ex = /^(.*?BPAV\/CLPR)\/([^/]+)$/i.exec(file.folder);
  if (ex) return exClaim(file, ex[1]!, ex[2]!);
  const root = cardRoot(file, hasFile);
  if (!root) return null;
  const suffix = sonySuffix(file.name);
  const media = /^(mxf|mp4|mov)$/.test(file.extension);
  if (!suffix && !media) return null;
  // A free clip name may end like a suffix; it is a suffix only when the clip it names is there, or the folder says so.
  const inClipFolder = /^clip$/i.test(lastFolder(file.folder));
  const clipName = suffix?.clipName ?? file.stem;
  const isProxy =
    suffix?.role === 'proxy' &&
    (!inClipFolder || ['MXF', 'mxf', 'MP4'].some((e) => hasFile(inFolder(file.folder, `${clipName}.${e}`))));
  const isLone = media && suffix !== null && !isProxy;
  return {
    clipKey: inFolder(root.folder, isLone ? file.stem : clipName),
    clipName: isLone ? file.stem : clipName,
    cardRule: root.rule,
    role: isLone || !suffix ? 'essence' : suffix.role,
  };
}

function cardRoot(
  file: CardFile,
  hasFile: (path: string) => boolean,
): { folder: string; rule: 'xdcam' | 'xavc-s' } | null {
  const m4 = /^(.*?(?:^|\/)M4ROOT)(?:\/|$)/i.exec(file.folder);
  if (m4) return { folder: m4[1]!, rule: 'xavc-s' };
  const xd = /^(.*?(?:^|\/)XDROOT)(?:\/|$)/i.exec(file.folder);
  if (xd) return { folder: xd[1]!, rule: 'xdcam' };
  if (!/^(clip|sub)$/i.test(lastFolder(file.folder))) return null;
  const above = folderAbove(file.folder);
  return hasFile(inFolder(above, 'MEDIAPRO.XML')) ? { folder: above, rule: 'xdcam' } : null;
}

/** XDCAM EX: one folder per take, `<name>_<take>_nn`; numbered files of one folder are spans. */
function exClaim(file: CardFile, root: string, clipName: string): Claim {
  const suffix = sonySuffix(file.name);
  const role: FileRole = suffix?.role ?? (file.extension === 'mp4' ? 'essence' : 'sidecar');
  return { clipKey: `${root}/${clipName}`, clipName, cardRule: 'xdcam-ex', role };
}
