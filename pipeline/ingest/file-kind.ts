import type { CardFile } from './card-file.ts';

/** What a name lets us expect; grouping goes by it, inspection looks at the content. */
export type FileKind =
  | 'movie'
  | 'frame'
  | 'still'
  | 'audio'
  | 'proxy'
  | 'thumbnail'
  | 'sidecar'
  | 'system'
  | 'unknown';

const KINDS: Record<Exclude<FileKind, 'system' | 'unknown'>, string> = {
  movie: 'mov mp4 m4v mxf avi mkv webm mts m2ts ts mpg mpeg braw r3d crm rmf mlv cine nev 3gp 360 insv y4m',
  // Always one picture of a numbered run, even when only one is there.
  frame: 'dpx cin exr dng ari arx krw sxr',
  // A run when several follow each other, else a picture by itself.
  still: 'tif tiff tga png jp2 j2c j2k jpg jpeg heic heif cr2 cr3 nef arw rw2 raf orf',
  audio: 'wav bwf aif aiff w64 rf64 caf',
  proxy: 'lrv lrf',
  thumbnail: 'thm ppn bmp',
  sidecar:
    'ale rmd xml csv srt txt sidecar json cdl cc ccc amf fdl alf4 alf4c cube look xmp aae bim smi cpi mpl nfo edl rsv bin log pdf html',
};
const BY_EXTENSION = new Map(
  Object.entries(KINDS).flatMap(([kind, extensions]) =>
    extensions.split(' ').map((extension) => [extension, kind as FileKind] as const),
  ),
);
const SYSTEM_NAMES = new Set([
  '.ds_store',
  'thumbs.db',
  'desktop.ini',
  '.localized',
  '.apdisk',
  '.volumeicon.icns',
]);
const SYSTEM_FOLDERS =
  /(^|\/)(\.Spotlight-V100|\.Trashes|\.fseventsd|\.TemporaryItems|System Volume Information|\$RECYCLE\.BIN|@eaDir|ascmhl)(\/|$)/i;

/** The kind a file's name promises. `system`: of the operating system or of the chain of custody, never part of a clip. */
export function fileKind(file: CardFile): FileKind {
  if (
    file.name.startsWith('._') ||
    SYSTEM_NAMES.has(file.name.toLowerCase()) ||
    SYSTEM_FOLDERS.test(file.folder) ||
    file.extension === 'mhl'
  )
    return 'system';
  return BY_EXTENSION.get(file.extension) ?? 'unknown';
}
