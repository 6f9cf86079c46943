import { z } from 'zod';
import { PipelineError } from '../schemas/failure.ts';
import { PackageManifest } from '../schemas/package.ts';
import { packageKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';
import type { Dependencies } from './dependencies.ts';

export type PackageName = { production: string; turnover: string; version: number };

/** Names the publication that counts: replaced whole, last, when everything it names stands in the store. */
const Pointer = z.looseObject({
  version: z.literal(1),
  kind: z.literal('package-pointer'),
  publication: z.string(),
});
const POINTER = 'package.json';

/**
 * The folder of one publication, named by its instant. A later one stands beside it, also one of the same second: a turnover that
 * was told of a roll while it published publishes again at once.
 */
export function publicationName(at: string): string {
  return `publications/${at.replace(/[-:.]/g, '')}`;
}

/** Makes a publication the one that counts. A crash before this leaves the earlier package as it was. */
export async function publish(deps: Dependencies, name: PackageName, publication: string): Promise<void> {
  const bucket = deps.store.bucket('packages');
  const key = packageKey(name, POINTER);
  const bytes = Buffer.from(
    `${JSON.stringify({ version: 1, kind: 'package-pointer', publication }, null, 2)}\n`,
  );
  const known = await deps.store.stat(bucket, key);
  if (known === null) await deps.store.putWholeIfAbsent(bucket, key, bytes);
  else await deps.store.replaceIfMatch(bucket, key, bytes, known.etag);
}

/** The manifest of the publication that counts, and the store of the site where the turnover was made. @throws PipelineError not-found when nothing was published */
export async function currentPackage(
  deps: Dependencies,
  name: PackageName,
): Promise<{ manifest: PackageManifest; publication: string; store: ObjectStore }> {
  const id = `${name.production}/${name.turnover}/${name.version}`;
  const store = deps.storeAt((await deps.catalogue.getTurnover(id))?.request.site ?? deps.site);
  const bucket = store.bucket('packages');
  const key = packageKey(name, POINTER);
  if ((await store.stat(bucket, key)) === null)
    throw new PipelineError('not-found', `There is no package ${id}.`, { ...name });
  const { publication } = Pointer.parse(await store.getDocument(bucket, key));
  const manifest = PackageManifest.parse(
    await store.getDocument(bucket, packageKey(name, `${publication}/manifest.json`)),
  );
  return { manifest, publication, store };
}
