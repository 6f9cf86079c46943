import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCounter } from '../../footage/counter.ts';
import { patchError, samplePatches } from '../../footage/patches.ts';
import { PackageManifest } from '../../schemas/package.ts';
import { readHeader } from '../engine/exr-info.ts';
import { readPicture } from '../engine/picture.ts';

/** A plate of an exported package as its receiver finds it: by the manifest's words, the files' bytes. */
export type ReceivedPlate = PackageManifest['plates'][number] & {
  /** Absolute paths of its frames, in order. */
  files: string[];
};

/** The plates of a package that was exported into `folder`. */
export function receivedPlates(folder: string): ReceivedPlate[] {
  const manifest = PackageManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  return manifest.plates.map((plate) => ({
    ...plate,
    files: manifest.entries
      .filter(({ path, role }) => role === 'frame' && path.startsWith(`${plate.folder}/`))
      .map(({ path }) => join(folder, path))
      .sort(),
  }));
}

/** What a person sees who opens a frame: the counter in the picture, how far its patches are off, the header. */
export async function lookAtFrame(file: string) {
  const { width, height, pixels } = await readPicture(file);
  return {
    counter: readCounter(pixels, width, height, 3),
    patchError: patchError(samplePatches(pixels, width, height, 3)),
    header: readHeader(file),
    size: { width, height },
  };
}
