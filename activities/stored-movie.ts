import path from 'node:path';
import type { RenderedOutput } from '../engine/engine.ts';
import { MovieManifest } from '../schemas/plate-facts.ts';
import { madeKey } from '../stores/objects/keys.ts';
import type { Dependencies } from './dependencies.ts';

/** The manifest of a movie that was made before; null when none was. */
export async function knownMovie(deps: Dependencies, workKey: string): Promise<MovieManifest | null> {
  const bucket = deps.store.bucket('work');
  const key = madeKey(workKey, 'manifest.json');
  if ((await deps.store.stat(bucket, key)) === null) return null;
  return MovieManifest.parse(await deps.store.getDocument(bucket, key));
}

/** Puts a movie into the store once, and then the manifest that makes it count. */
export async function putMovie(
  deps: Dependencies,
  workKey: string,
  movie: RenderedOutput['movie'],
  signal: AbortSignal,
): Promise<MovieManifest> {
  if (movie === undefined) throw new Error(`a movie job (${workKey}) gave no movie`);
  const bucket = deps.store.bucket('work');
  const key = madeKey(workKey, `movie${path.extname(movie.file)}`);
  await deps.store.putFileIfAbsent(bucket, key, movie.file, movie, { signal });
  const { sizeBytes, xxh128, frameCount } = movie;
  const manifest: MovieManifest = {
    ...{ version: 1, kind: 'movie-manifest', workKey, key },
    ...{ sizeBytes, xxh128, frameCount },
  };
  await deps.store.putDocument(bucket, madeKey(workKey, 'manifest.json'), manifest);
  return manifest;
}
