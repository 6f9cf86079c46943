import path from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import type { PackageEntry } from '../schemas/package.ts';
import { packageKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import { defineActivity } from './define-activity.ts';
import { currentPackage } from './package-location.ts';

const Input = z.object({
  package: z.object({ production: z.string(), turnover: z.string(), version: z.int() }),
  directory: z.string(),
});

/**
 * Writes a published package into a folder under its delivery names, its MHL history beside it.
 * A retry is safe: a file that is there whole is fetched again into its name.
 */
export const exportPackage = defineActivity(
  'exportPackage',
  Input,
  async (deps, input, run): Promise<{ files: number; bytes: number }> => {
    const { manifest, publication, store } = await currentPackage(deps, input.package);
    const bucket = store.bucket('packages');
    let bytes = 0;
    let files = 0;
    for (const entry of manifest.entries) {
      await fetchTo(store, originalOf(entry), input.directory, entry.path, run.signal);
      bytes += entry.sizeBytes;
      files += 1;
      run.progress({ files, of: manifest.entries.length, path: entry.path });
    }
    for await (const object of store.list(bucket, packageKey(input.package, `${publication}/`))) {
      const relative = object.key.slice(packageKey(input.package, `${publication}/`).length);
      if (manifest.entries.some((entry) => entry.path === relative)) continue;
      await fetchTo(store, { bucket, key: object.key }, input.directory, relative, run.signal);
      files += 1;
    }
    return { files, bytes };
  },
);

/** Camera files are read at the version that was recorded; nothing else has any. */
function originalOf({ bucket, key, versionId }: PackageEntry) {
  return { bucket, key, ...(versionId === undefined ? {} : { versionId }) };
}

async function fetchTo(
  store: ObjectStore,
  object: { bucket: string; key: string; versionId?: string },
  directory: string,
  relative: string,
  signal: AbortSignal,
): Promise<void> {
  const file = path.resolve(directory, relative);
  if (!file.startsWith(path.resolve(directory) + path.sep)) {
    throw new PipelineError(
      'refused-by-rule',
      `The package names ${relative}, which leaves the folder ${directory}.`,
      { relative },
    );
  }
  await store.fetchFile({ ...object, signal }, file);
}
