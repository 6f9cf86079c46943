import type { PackageDocument, PackageInput } from './package.ts';
import { makingPath } from './package-paths.ts';
import { madeOf } from './pixel-key.ts';

/**
 * What each plate's frames are made of, as the very document whose digest is their pixel key: camera files by hash, decode
 * values, framing, colour, encoding, versions. Nobody needs our word for where a frame comes from.
 */
export function makingDocuments(input: PackageInput): PackageDocument[] {
  return input.plates.flatMap(({ planned, prepared, made }) =>
    prepared.deliverables.flatMap(({ kind, name, job, contentKey, engine }) => {
      const isMade = made.sequences.some((one) => one.name === name && one.frames.length > 0);
      if (kind !== 'sequence' || engine === undefined || !isMade) return [];
      const document = {
        version: 1,
        kind: 'making',
        pixelKey: contentKey,
        madeOf: madeOf(job, engine.versions),
      };
      const text = `${JSON.stringify(document, null, 1)}\n`;
      return [{ path: makingPath(input, planned, name), role: 'report' as const, text }];
    }),
  );
}
