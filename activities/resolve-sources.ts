import path from 'node:path';
import type { ResolvedSource } from '../engine/engine.ts';
import { StoredObject } from '../schemas/file.ts';
import type { JobSourceFile, SegmentJob } from '../schemas/segment-job.ts';
import type { Dependencies } from './dependencies.ts';

/**
 * Where the engine finds a job's bytes, decided just before it runs: in place where the store is mounted; else a movie by
 * ranges through a presigned URL, and a sequence frame by frame into scratch. Never a whole clip for a part of it.
 * @throws PipelineError not-found, service-away
 */
export async function resolveSources(
  deps: Dependencies,
  job: SegmentJob,
  frames: readonly number[],
  scratch: string,
  signal: AbortSignal,
): Promise<ResolvedSource[]> {
  const wanted = new Set(frames);
  const needed = job.sources.filter((source) => source.frame === undefined || wanted.has(source.frame));
  const pictures = needed.map(async (source) => ({
    name: source.name,
    ...(source.frame === undefined ? {} : { frame: source.frame }),
    location: await locate(deps, source, scratch, signal),
  }));
  const sounds = (job.sound ?? []).map(async (source) => ({
    name: source.name,
    isSound: true as const,
    location: await locate(deps, source, scratch, signal),
  }));
  return Promise.all([...pictures, ...sounds]);
}

async function locate(
  deps: Dependencies,
  source: JobSourceFile,
  scratch: string,
  signal: AbortSignal,
): Promise<string> {
  const object = StoredObject.parse(source);
  const { kind, location } = await deps.store.locate(object);
  if (kind === 'path' || source.frame === undefined) return location;
  const file = path.join(scratch, source.name);
  await deps.store.fetchFile(
    {
      bucket: object.bucket,
      key: object.key,
      ...(object.versionId === undefined ? {} : { versionId: object.versionId }),
      signal,
    },
    file,
  );
  return file;
}
