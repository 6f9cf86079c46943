import type { PlannedPlate } from '../../schemas/turnover.ts';

/** Names as people give them to files, compared without endings, without the version of a delivered plate, in one case. */
export function plainName(name: string): string {
  return name
    .trim()
    .replace(/\.(ccc|cc|cdl|mov|mxf|mp4|jpe?g|png|tiff?|ari|arx|dpx|exr|dng|braw|r3d|crm)$/i, '')
    .replace(/_v\d+$/i, '')
    .toUpperCase();
}

/**
 * Which files are for which plate, by the file's name: it is, or begins with, the name of the plate, its shot or its clip,
 * and the longest of these counts.
 * @returns files by plate id; under null those that are nobody's
 */
export function filesByPlate(
  plates: readonly PlannedPlate[],
  files: readonly string[],
): Map<string | null, string[]> {
  const byPlate = new Map<string | null, string[]>();
  for (const file of files) {
    const name = plainName(file.slice(file.lastIndexOf('/') + 1));
    const found = plates.flatMap((plate) =>
      [plate.plateId, plate.shot, plate.clipName]
        .map(plainName)
        .filter((own) => name === own || (name.startsWith(own) && /^[^A-Z0-9]/.test(name.slice(own.length))))
        .map((own) => ({ plateId: plate.plateId, length: own.length })),
    );
    const longest = Math.max(...found.map(({ length }) => length));
    const ids = new Set(found.filter(({ length }) => length === longest).map(({ plateId }) => plateId));
    for (const id of ids.size === 0 ? [null] : ids) byPlate.set(id, [...(byPlate.get(id) ?? []), file]);
  }
  return byPlate;
}
