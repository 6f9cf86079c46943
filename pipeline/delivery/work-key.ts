import type { SegmentJob } from '../../schemas/segment-job.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { contentOfSources } from './pixel-key.ts';

/**
 * The key of a thing made whole (proxy, trim, still): lower-case hex sha256 over its whole job, range and burn-in text
 * included, but not where the sources lie and not the catalogue's id of the clip.
 * @param fingerprint versions of the engine and its tools
 */
export function workKey(job: SegmentJob, fingerprint: Record<string, string>): string {
  const { clip, sources: _where, sound, ...rest } = job;
  return sha256OfCanonical({
    rule: 'work-key-1',
    ...rest,
    clip: { clipName: clip.clipName, frameRate: clip.frameRate, frameCount: clip.frameCount },
    sources: contentOfSources(job),
    // In the order in which the sound of the movie names them.
    ...(sound === undefined
      ? {}
      : { sound: sound.map(({ name, sizeBytes, xxh128 }) => ({ name, sizeBytes, xxh128 })) }),
    fingerprint,
  });
}
