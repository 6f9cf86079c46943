import type { InspectedClip } from '../../../schemas/clip.ts';
import type { CopiedFile } from '../../../schemas/ingest-facts.ts';

/** What a test says about a clip; all else is an ordinary 24 fps take of an ARRI camera. */
export type ClipWish = {
  clipName?: string;
  fields?: Record<string, unknown>;
  files?: InspectedClip['files'];
};

/** An inspected clip. A field given as null is one that inspection looked for in vain. */
export function makeClip({
  clipName = 'A001C003_260930_R1AB',
  fields = {},
  files,
}: ClipWish = {}): InspectedClip {
  const values: Record<string, unknown> = {
    clipName,
    reelName: 'A001R1AB',
    startTimecode: '10:01:00:00',
    frameRate: { num: 24, den: 1 },
    frameCount: 240,
    imageSize: { width: 4096, height: 2160 },
    codec: { family: 'prores', profile: '4444' },
    cameraMake: 'ARRI',
    cameraModel: 'ALEXA 35',
    cameraLabel: 'A',
    lensModel: 'Signature Prime 35',
    recordedAt: '2026-09-30T10:01:00+02:00',
    slate: { scene: '12', take: '3', notes: 'second unit' },
    ...fields,
  };
  return {
    clipName,
    files: files ?? [{ path: `A001R1AB/${clipName}.mov`, role: 'essence' }],
    fields: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value === null
          ? { value, reason: 'notPresent' }
          : { value, source: 'test', sourceTag: name, rawValue: value },
      ]),
    ) as InspectedClip['fields'],
    findings: [],
  };
}

/** A file of a roll as it stands in the originals. */
export function makeFile(path: string, changes: Partial<CopiedFile> = {}): CopiedFile {
  return {
    path,
    sizeBytes: 1000,
    modifiedAt: '2026-09-30T08:01:00.000Z',
    digests: { xxh128: '0123456789abcdef0123456789abcdef' },
    outcome: 'verified',
    bucket: 'studio-ocf',
    key: `agm/20260930/A001R1AB/${path}`,
    versionId: 'v1',
    ...changes,
  };
}
