import type { RollFile } from '../../schemas/file.ts';

/** A file of a roll with its name taken apart, as the card rules look at it. */
export type CardFile = RollFile & {
  /** Folders above it, `` for the roll itself, no slash at the end. */
  folder: string;
  /** File name with its ending. */
  name: string;
  /** File name up to the last dot. */
  stem: string;
  /** Lower case, without the dot. */
  extension: string;
};

/** Takes the path of a listed file apart. */
export function cardFile(file: RollFile): CardFile {
  const slash = file.path.lastIndexOf('/');
  const name = file.path.slice(slash + 1);
  const dot = name.lastIndexOf('.');
  return {
    ...file,
    folder: slash < 0 ? '' : file.path.slice(0, slash),
    name,
    stem: dot <= 0 ? name : name.slice(0, dot),
    extension: dot <= 0 ? '' : name.slice(dot + 1).toLowerCase(),
  };
}

/** The last folder name of a path, `` for the roll itself. */
export function lastFolder(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}

/** The folder above, `` at the roll. */
export function folderAbove(folder: string): string {
  return folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
}

/** Folder and name joined as a path of the roll. */
export function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
