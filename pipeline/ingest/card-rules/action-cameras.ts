import type { FileRole } from '../../../schemas/file.ts';
import { type CardFile, inFolder } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

const GOPRO_ROLES: Record<string, FileRole> = {
  mp4: 'segment',
  '360': 'segment',
  lrv: 'proxy',
  thm: 'thumbnail',
  wav: 'audio',
};

/**
 * GoPro: `GX020184` is chapter 02 of take 0184, chapter first; older cameras write `GOPR0184`, then `GP010184`.
 * The take is named after its first chapter. Source: shared reference inspection section 4.
 */
export function claimGoPro(file: CardFile): Claim | null {
  const role = GOPRO_ROLES[file.extension];
  if (role === undefined) return null;
  const modern = /^G([HXSLP])(\d{2})(\d{4})$/.exec(file.stem);
  const first = /^GOPR(\d{4})$/.exec(file.stem);
  if (!modern && !first) return null;
  // GP with a chapter above 0 continues a GOPR take; L is the low-resolution twin of X or H.
  const take = modern ? modern[3]! : first![1]!;
  const chapter = first ? 0 : Number(modern![2]);
  const family = first || modern![1] === 'P' ? 'GOPR' : 'G';
  const spanIndex = role === 'segment' ? { spanIndex: chapter } : {};
  return {
    clipKey: inFolder(file.folder, `${family}#${take}`),
    clipName: family === 'GOPR' ? `GOPR${take}` : `G${modern![1] === 'L' ? 'X' : modern![1]}01${take}`,
    cardRule: 'gopro',
    role,
    ...spanIndex,
  };
}

/** DJI: `DJI_0001.MP4` with `.SRT` telemetry and `.LRF` proxy of the same stem. Source: shared reference inspection section 4. */
export function claimDji(file: CardFile): Claim | null {
  if (!/^DJI_(\d{14}_)?\d{4}(_[A-Z])?$/i.test(file.stem)) return null;
  const role: FileRole | undefined = (
    { mp4: 'essence', mov: 'essence', srt: 'sidecar', lrf: 'proxy', thm: 'thumbnail' } as const
  )[file.extension as 'mp4'];
  if (role === undefined) return null;
  return { clipKey: inFolder(file.folder, file.stem), clipName: file.stem, cardRule: 'dji', role };
}
