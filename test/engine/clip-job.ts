import { join } from 'node:path';
import type { ResolvedSource } from '../../engine/engine.ts';
import type { MadeCard } from '../../footage/card.ts';
import type { CardKind, MadeClip } from '../../footage/clip-spec.ts';
import type { DecodeSettings, JobSourceFile, SegmentJob } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';

const DECODE: Record<CardKind, DecodeSettings> = {
  prores: { codec: 'prores', container: 'mov', matrix: 'bt709', range: 'limited' },
  mxf: { codec: 'dnxhd', container: 'mxf', matrix: 'bt709', range: 'limited' },
  dpx: { codec: 'dpx', container: 'sequence' },
  exr: { codec: 'exr', container: 'sequence' },
  cinemadng: {
    codec: 'cinemadng',
    container: 'sequence',
    whiteBalance: 'as-shot',
    demosaic: 'mhc',
    highlights: 'keep',
  },
};

const SPACE: Record<string, string> = {
  'arri-logc3-ei800-awg3': 'ARRI LogC3 (EI800)',
  'sony-slog3-sgamut3cine': 'S-Log3 S-Gamut3.Cine',
  'camera-native': 'camera-native',
  'aces2065-1': 'ACES2065-1',
};

/** A plate job over a whole made clip, ACES2065-1 ZIP by the reference route, with some parts said otherwise. */
export function clipJob(
  card: MadeCard,
  clip: MadeClip,
  other: Partial<SegmentJob> = {},
): { job: SegmentJob; sources: ResolvedSource[] } {
  const pictures = clip.firstNumber === null ? clip.files.slice(0, 1) : clip.files.slice(0, clip.frameCount);
  const named = pictures.map((path, index) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    ...(clip.firstNumber === null ? {} : { frame: index }),
    location: join(card.path, path),
  }));
  const { width, height } = clip;
  const job: SegmentJob = {
    version: 1,
    kind: 'segment-job',
    clip: {
      clipId: clip.clipName,
      clipName: clip.clipName,
      frameRate: clip.rate,
      frameCount: clip.frameCount,
    },
    sources: named.map(
      ({ location: _, ...source }): JobSourceFile => ({ ...source, sizeBytes: 1, xxh128: '0'.repeat(32) }),
    ),
    frames: { first: 0, last: clip.frameCount - 1 },
    decode: DECODE[clip.kind],
    geometry: {
      source: { width, height },
      crop: { x: 0, y: 0, width, height },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 1, den: 1 },
    },
    colour: colourTo(clip, 'ACES2065-1'),
    output: { kind: 'exr', compression: 'zip', container: 'openexr', header: headerOf(clip) },
    engine: 'open',
    route: 'reference',
    ...other,
  };
  return { job, sources: named };
}

/** The camera's input transform to a scene-linear space. */
export function colourTo(clip: MadeClip, outputSpace: 'ACES2065-1' | 'ACEScg'): SegmentJob['colour'] {
  const decodedSpace = SPACE[clip.colour];
  if (!decodedSpace) throw new Error(`no colour space for ${clip.colour}`);
  const from = decodedSpace === 'camera-native' ? 'ACES2065-1' : decodedSpace;
  return {
    config: PINNED_CONFIG.uri,
    configSha256: PINNED_CONFIG.sha256,
    decodedSpace,
    steps: from === outputSpace ? [] : [{ kind: 'convert', from, to: outputSpace }],
    outputSpace,
  };
}

function headerOf(clip: MadeClip) {
  return {
    reelName: clip.reel,
    startTimecode: clip.startTimecode,
    dropFrame: clip.dropFrame,
    framesPerSecond: clip.rate,
    timecodeBase: Math.ceil(clip.rate.num / clip.rate.den),
    strings: { cameraModel: 'Test Camera' },
    numbers: { isoSpeed: 800 },
  };
}
