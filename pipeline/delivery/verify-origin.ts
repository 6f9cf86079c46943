import { z } from 'zod';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { DeliveredPlate, PackageManifest } from '../../schemas/package.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { framesOf, type PackageFolder } from './verify-package.ts';

/** What a pixel key is the digest of, as it stands in a package. */
const Making = z.looseObject({
  version: z.literal(1),
  kind: z.literal('making'),
  madeOf: z.looseObject({
    sources: z.array(z.object({ name: z.string(), sizeBytes: z.number(), xxh128: z.string() })),
  }),
});

/** A plate followed back to the card: how far the chain of digests holds. */
export type Origin = {
  plateId: string;
  folder: string;
  frames: number;
  pixelKey: string;
  /** Camera files that the pixel key is made of, with the hash that the card's MHL recorded. */
  originals: { path: string; xxh128: string; isInHistory: boolean | null }[];
  holds: boolean;
};

/** Whether a card's ASC MHL history vouches for a file with that digest, by the file's path on the card. */
export type CardHistory = { vouchesFor(path: string, xxh128: string): boolean };

/**
 * Follows each frame back: its object bears the pixel key and the source frame, the key is the digest of what the frame is
 * made of, that names the camera files by their hash, and, where the card's history is at hand, its MHL recorded them so.
 * @param card null where nobody gave it; then the last link is shown and not held
 */
export async function verifyOrigin(
  folder: PackageFolder,
  manifest: PackageManifest,
  plate: DeliveredPlate,
  card: CardHistory | null,
): Promise<{ origin: Origin; findings: Finding[] }> {
  const findings = frameFindings(manifest, plate);
  const path = typeof plate.making === 'string' ? plate.making : null;
  const making = path === null ? null : await readMaking(folder, path);
  const names = new Map((making?.madeOf.sources ?? []).map(({ name, xxh128 }) => [name, xxh128]));
  const pictures = plate.ocf.filter((file) => names.has(baseName(file.path)));
  if (path !== null && making === null) findings.push(broken(plate, `"${path}" cannot be read`));
  if (making !== null) {
    if (sha256OfCanonical(making.madeOf) !== plate.pixelKey)
      findings.push(broken(plate, `"${path}" does not have its pixel key, ${plate.pixelKey}, as digest`));
    const other = pictures.find((file) => names.get(baseName(file.path)) !== file.xxh128);
    if (other !== undefined)
      findings.push(broken(plate, `${other.path} has another hash than what the pixels were made of`));
    if (pictures.length === 0) findings.push(broken(plate, 'no camera file of it is named'));
  }
  const originals = pictures.map((file) => ({
    ...file,
    isInHistory: card === null ? null : card.vouchesFor(file.path, file.xxh128),
  }));
  for (const { path: file } of originals.filter(({ isInHistory }) => isInHistory === false).slice(0, 20))
    findings.push(broken(plate, `the card's ASC MHL does not record ${file} with that hash`));
  const { plateId, pixelKey } = plate;
  const frames = framesOf(manifest, plate).length;
  const holds = making !== null && findings.length === 0;
  return { origin: { plateId, folder: plate.folder, frames, pixelKey, originals, holds }, findings };
}

/** Each frame's object is named by the pixel key and the source frame: a frame under another number is another frame. */
function frameFindings(manifest: PackageManifest, plate: DeliveredPlate): Finding[] {
  const { firstNumber, firstSourceFrame } = plate.frames;
  const keys = new Map(manifest.entries.map(({ path, key }) => [path, key]));
  return framesOf(manifest, plate).flatMap(({ path, number }) => {
    const frame = String(number - firstNumber + firstSourceFrame).padStart(8, '0');
    const wanted = `frames/${plate.pixelKey}/${frame}.`;
    const key = keys.get(path) ?? '';
    if (key.startsWith(wanted)) return [];
    const sentence = `"${path}" comes from the object ${key}; as source frame ${Number(frame)} of ${plate.clipName} it must come from ${wanted}….`;
    return [finding('origin-unproven', { kind: 'file', id: path, path }, sentence, { key, wanted })];
  });
}

async function readMaking(folder: PackageFolder, path: string): Promise<z.infer<typeof Making> | null> {
  const text = await folder.readText(path);
  try {
    return text === null ? null : Making.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function broken(plate: DeliveredPlate, why: string): Finding {
  const sentence = `The frames of ${plate.plateId} cannot be followed back to the card: ${why}.`;
  return finding('origin-unproven', { kind: 'plate', id: plate.plateId }, sentence, { why });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
