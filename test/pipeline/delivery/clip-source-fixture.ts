import type { ClipSource } from '../../../pipeline/delivery/clip-source.ts';
import type { PlannedPlate } from '../../../schemas/turnover.ts';

/** A 4K ProRes 4444 LogC4 clip with 100 frames, as inspection and the catalogue would give it. */
export function makeClipSource(fields: Record<string, unknown> = {}): ClipSource {
  const values: Record<string, unknown> = {
    reelName: 'A001R1AB',
    startTimecode: '10:00:00:00',
    frameRate: { num: 24, den: 1 },
    frameCount: 100,
    imageSize: { width: 4096, height: 2160 },
    codec: { family: 'ProRes', profile: '4444', bitDepth: 12 },
    container: 'MOV',
    transferFunction: 'LogC4',
    cameraMake: 'ARRI',
    exposureIndex: 800,
    ...fields,
  };
  const path = 'A001R1AB/A001C001_240101_R1AB.mov';
  return {
    clipId: 'clip-1',
    clip: {
      clipName: 'A001C001_240101_R1AB',
      files: [{ path, role: 'essence' }],
      fields: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
      findings: [],
    },
    objects: [
      {
        path,
        object: {
          site: 'local',
          bucket: 'local-ocf',
          key: `p/20240101/${path}`,
          sizeBytes: 5,
          xxh128: 'a'.repeat(32),
        },
      },
    ],
    cameraFormat: null,
  };
}

/** A plate of frames 20 to 51 of that clip: cut 28 to 43 with 8 frames of handles. */
export function makePlannedPlate(): PlannedPlate {
  return {
    plateId: 'SHOT_010_PL01',
    shot: 'SHOT_010',
    plate: 'PL01',
    eventIndex: 0,
    clipId: 'clip-1',
    clipName: 'A001C001_240101_R1AB',
    rollId: 'p/20240101/A001',
    sourceFrames: { first: 20, last: 51 },
    cutFrames: { first: 28, last: 43 },
    handles: { head: 8, tail: 8 },
    handlesAsked: { head: 8, tail: 8 },
    firstFrameNumber: 1001,
    speed: { num: 1, den: 1 },
    reverse: false,
    cdl: null,
  };
}
