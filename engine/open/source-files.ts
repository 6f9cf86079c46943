import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { PixelSize } from '../../schemas/segment-job.ts';
import type { ResolvedSource } from '../engine.ts';
import { plainEnding, plainPath } from '../tools/plain-path.ts';
import { isUrl } from '../tools/url-location.ts';

/**
 * The file of one source frame of a sequence.
 * @throws PipelineError not-found when the sequence has a hole there
 */
export function frameSource(sources: readonly ResolvedSource[], frame: number): ResolvedSource {
  const source = sources.find((candidate) => candidate.frame === frame);
  if (!source)
    throw new PipelineError('not-found', `the sequence has no file for source frame ${frame}`, {
      frame,
      firstName: sources[0]?.name,
      files: sources.length,
    });
  return source;
}

/**
 * A local path of the source that programs take as it is: its own, that of a link in `folder` where its name says more to
 * them than a name, or of a copy there when it is only there by URL. Programs that cannot read by
 * range get whole frames; movies never come this way.
 * @throws PipelineError not-found, service-away
 */
export async function localFile(
  source: ResolvedSource,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  await source.make?.();
  if (!isUrl(source.location)) {
    await access(source.location).catch((cause: unknown) => {
      throw new PipelineError(
        'not-found',
        `${source.name} is not at ${source.location}`,
        { ...source },
        { cause },
      );
    });
    return plainPath(source.location, folder, `source-${source.frame ?? 0}`);
  }
  const path = join(folder, `source-${source.frame ?? 0}${plainEnding(source.name)}`);
  const response = await fetch(source.location, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new PipelineError(
      'service-away',
      `${source.name} could not be fetched`,
      { name: source.name },
      { cause },
    );
  });
  if (!response.ok || response.body === null) {
    const code = response.status === 404 ? 'not-found' : 'service-away';
    throw new PipelineError(code, `${source.name} could not be fetched: status ${response.status}`, {
      name: source.name,
      status: response.status,
    });
  }
  await pipeline(Readable.fromWeb(response.body), createWriteStream(path), { signal });
  return path;
}

/**
 * Every picture of a sequence is of one size: nothing that follows would notice another.
 * @param wanted the size that the clip has
 * @throws PipelineError unreadable
 */
export function requireSourceSize(name: string, got: PixelSize, wanted: PixelSize): void {
  if (got.width === wanted.width && got.height === wanted.height) return;
  throw new PipelineError(
    'unreadable',
    `${name} is ${got.width}x${got.height}, its clip is ${wanted.width}x${wanted.height}: a sequence has pictures of one size.`,
    { name, got, wanted },
  );
}
