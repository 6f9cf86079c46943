import { type Finding, finding } from '../../schemas/finding.ts';
import type { PackageManifest } from '../../schemas/package.ts';
import type { DeliveredTrim } from '../../schemas/trim.ts';

/**
 * Checks what a package says of its trims: every picture file is listed, a sequence has as many as it claims, and what
 * is handed over as an original has the digest that the card's MHL recorded.
 */
export function verifyTrims(manifest: PackageManifest): Finding[] {
  const entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  return (manifest.trims ?? []).flatMap((trim) => {
    const subject = { kind: 'plate', id: trim.plateId } as const;
    const unlisted = trim.pictures.filter((path) => !entries.has(path));
    const originals = new Set(trim.ocf.map(({ xxh128 }) => xxh128));
    const foreign = trim.pictures.filter((path) => {
      const digest = entries.get(path)?.xxh128;
      return trim.method !== 'cut' && digest !== undefined && !originals.has(digest);
    });
    return [
      ...countFinding(trim),
      ...unlisted.map((path) =>
        finding(
          'file-missing',
          { kind: 'file', id: path, path },
          `"${path}" of ${trim.plateId} is not in the manifest.`,
        ),
      ),
      ...foreign.map((path) =>
        finding(
          'hash-mismatch',
          { kind: 'file', id: path, path },
          `"${path}" of ${trim.plateId} is not one of the camera files it says it is.`,
          { subject },
        ),
      ),
    ];
  });
}

function countFinding(trim: DeliveredTrim): Finding[] {
  const { count, wanted } = trim.frames;
  const expected = wanted.last - wanted.first + 1;
  // A whole file may hold more than was asked for, never less.
  const isGood =
    trim.method === 'whole-file'
      ? count >= expected
      : count === expected && (trim.method === 'cut' || trim.pictures.length === count);
  if (isGood) return [];
  const sentence = `${trim.plateId} holds ${count} frames in ${trim.pictures.length} files, expected ${expected}.`;
  return [
    finding('frame-count-mismatch', { kind: 'plate', id: trim.plateId }, sentence, { expected, count }),
  ];
}
