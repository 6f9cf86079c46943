import { baseName } from './safe-path.ts';

const NAMES = new Set([
  '.DS_Store',
  '.localized',
  '.apdisk',
  '.VolumeIcon.icns',
  '.com.apple.timemachine.donotpresent',
  '.metadata_never_index',
  'Thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'Desktop.ini',
  'IndexerVolumeGuid',
  'WPSettings.dat',
  '.directory',
]);

const FOLDERS = new Set([
  '.Spotlight-V100',
  '.Trashes',
  '.Trash',
  '.fseventsd',
  '.TemporaryItems',
  '.DocumentRevisions-V100',
  '.PKInstallSandboxManager',
  'System Volume Information',
  '$RECYCLE.BIN',
  'RECYCLER',
  'FOUND.000',
  'lost+found',
  '__MACOSX',
]);

// AppleDouble companions hold Finder data of some kilobytes; a resource fork of old may be larger, a clip in disguise is larger still.
const APPLE_DOUBLE_LIMIT_BYTES = 16 << 20;

/** Whether a file is what macOS, Windows or Linux leave on a volume unasked: by name, and for `._` companions by size. */
export function isOsFile(path: string, sizeBytes: number): boolean {
  const name = baseName(path);
  if (NAMES.has(name)) return true;
  if (name.startsWith('._') && name.length > 2) return sizeBytes <= APPLE_DOUBLE_LIMIT_BYTES;
  return (
    path
      .split('/')
      .slice(0, -1)
      .some((folder) => FOLDERS.has(folder)) || FOLDERS.has(name)
  );
}
