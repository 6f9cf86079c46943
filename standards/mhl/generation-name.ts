const PATTERN = /^(\d{4,})(?:_(.+))?\.mhl$/;

/** Folder of a history in its scope. */
export const HISTORY_FOLDER = 'ascmhl';

/**
 * Name of a manifest: number (4 digits or more), folder, start of the operation in UTC.
 * Source: ASC MHL specification 6.3.
 * @param number generation, from 1
 * @param folderName name of the folder at the scope; it stays in old names when the folder is renamed
 * @param startedAt ISO 8601; all manifests of one operation share it
 */
export function generationName(number: number, folderName: string, startedAt: string): string {
  return `${String(number).padStart(4, '0')}_${folderName}_${fileStamp(startedAt)}.mhl`;
}

/** Number in a manifest's name, or null when the name is not of the form. */
export function generationNumber(fileName: string): number | null {
  const number = PATTERN.exec(fileName)?.[1];
  return number === undefined ? null : Number(number);
}

/** `YYYY-MM-DD_HHMMSSZ` in UTC. @throws RangeError when the text is no time */
export function fileStamp(startedAt: string): string {
  const iso = new Date(startedAt).toISOString();
  return `${iso.slice(0, 10)}_${iso.slice(11, 19).replaceAll(':', '')}Z`;
}

/** xs:dateTime in UTC to the second, with the offset written out as the reference does. @throws RangeError when the text is no time */
export function manifestDate(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}+00:00`;
}
