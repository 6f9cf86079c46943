import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedSource } from '../../engine/engine.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import type { StandInClip } from '../stand-ins/test-picture.ts';

/** A camera file that only its maker's stand-in reads, and the job of a plate over it. */
export function vendorClip(
  folder: string,
  names: string[],
  codec: SegmentJob['decode']['codec'],
  clip: Partial<StandInClip> = {},
  other: Partial<SegmentJob> = {},
): { job: SegmentJob; sources: ResolvedSource[] } {
  const size = { width: 32, height: 16 };
  for (const name of names)
    writeFileSync(join(folder, name), JSON.stringify({ ...size, frameCount: 5, ...clip }));
  const isSequence = names.length > 1;
  const sources = names.map((name, frame) => ({
    name,
    location: join(folder, name),
    ...(isSequence ? { frame } : {}),
  }));
  const job: SegmentJob = {
    version: 1,
    kind: 'segment-job',
    clip: { clipId: 'c', clipName: 'A001C001', frameRate: { num: 24, den: 1 }, frameCount: 5 },
    sources: names.map((name) => ({ name, sizeBytes: 1, xxh128: '0'.repeat(32) })),
    frames: { first: 1, last: 3 },
    decode: { codec, container: 'other' },
    geometry: {
      source: size,
      crop: { x: 0, y: 0, ...size },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 1, den: 1 },
    },
    colour: {
      config: PINNED_CONFIG.uri,
      configSha256: PINNED_CONFIG.sha256,
      decodedSpace: 'camera-native',
      steps: [],
      outputSpace: 'ACES2065-1',
    },
    output: { kind: 'exr', compression: 'zip', container: 'openexr', header: { strings: {}, numbers: {} } },
    engine: 'open',
    route: 'reference',
    ...other,
  };
  return { job, sources };
}
