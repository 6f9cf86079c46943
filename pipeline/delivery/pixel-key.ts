import type { SegmentJob } from '../../schemas/segment-job.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';

/**
 * The key of a job's pixels: lower-case hex sha256 over what they are made of. Two jobs with one key make the same bytes
 * for the same source frame, whatever their range, shot, turnover or site.
 * @param fingerprint versions of the engine and its tools, and our recipe revision; keys in any order
 */
export function pixelKey(job: SegmentJob, fingerprint: Record<string, string>): string {
  return sha256OfCanonical(madeOf(job, fingerprint));
}

/** What a job's pixels are made of: the document whose digest is their key. */
export function madeOf(job: SegmentJob, fingerprint: Record<string, string>) {
  return {
    rule: 'pixel-key-1',
    sources: contentOfSources(job),
    // Frames of a movie are found by time, so a corrected rate means other pictures.
    frameRate: job.clip.frameRate,
    decode: job.decode,
    geometry: job.geometry,
    colour: job.colour,
    output: job.output,
    engine: job.engine,
    route: job.route,
    fingerprint,
  };
}

/** The source files by what they are, not by where they lie: name, size and digest, sorted by name. */
export function contentOfSources(job: SegmentJob): { name: string; sizeBytes: number; xxh128: string }[] {
  return job.sources
    .map(({ name, sizeBytes, xxh128 }) => ({ name, sizeBytes, xxh128 }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
