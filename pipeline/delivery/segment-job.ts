import { PipelineError } from '../../schemas/failure.ts';
import type { LogPlateSpec, PlateSpec, ProxySpec, StillSpec } from '../../schemas/recipe.ts';
import type { Geometry, JobColour, PixelSize, SegmentJob } from '../../schemas/segment-job.ts';
import type { PlannedPlate } from '../../schemas/turnover.ts';
import { type ClipSource, numberField, pictureSources, rationalField, textField } from './clip-source.ts';
import { decodeSettings } from './decode-settings.ts';
import type { LaidSound } from './lay-sound.ts';
import { pictureHeader } from './picture-header.ts';
import type { FrameSpan } from './segments.ts';
import { sourceSize } from './stored-picture.ts';

type Framed = { source: ClipSource; plate: PlannedPlate; colour: JobColour; geometry: Geometry };

const CAMERA_SOUND: LaidSound = { files: [], sound: null, findings: [] };

/** Displays whose signal is absolute light. Source: names of the pinned config; SMPTE ST 2084. */
const PQ = /^(Rec\.2100-PQ|ST2084-)/;

/** Compressor effort of ZIP plates: level 4 is within 3 % of the size of level 9 at a third of its cost. */
const ZIP_LEVEL = 4;

/**
 * The job of a whole plate, from its first to its last delivered source frame; `cutJob` makes a segment's job of it.
 * @throws PipelineError not-found, unreadable, unsupported when the clip lacks what rendering needs
 */
export function plateJob(input: Framed & { spec: PlateSpec }): SegmentJob {
  const { spec } = input;
  return {
    ...jobOf(input),
    output: {
      kind: 'exr',
      compression: spec.compression,
      ...(spec.compression === 'zip' ? { zipLevel: ZIP_LEVEL } : {}),
      container: spec.container,
      header: pictureHeader(input.source),
    },
    route: spec.route,
  };
}

/**
 * The job of a whole log plate; see `plateJob`.
 * @throws PipelineError not-found, unreadable, unsupported when the clip lacks what rendering needs
 */
export function logPlateJob(input: Framed & { spec: LogPlateSpec }): SegmentJob {
  const { bits, route } = input.spec;
  return { ...jobOf(input), output: { kind: 'dpx', bits, header: pictureHeader(input.source) }, route };
}

/** The same job over a part of its frames: the unit of render work. */
export function cutJob(job: SegmentJob, frames: FrameSpan): SegmentJob {
  if (frames.first < job.frames.first || frames.last > job.frames.last || frames.first > frames.last) {
    throw new Error(
      `segment ${frames.first}-${frames.last} is not within ${job.frames.first}-${job.frames.last}`,
    );
  }
  return { ...job, frames };
}

/**
 * The job of a proxy of a plate's range, made whole. Burn-ins: clip name top left, source timecode bottom left.
 * @throws PipelineError not-found, unreadable, unsupported when the clip lacks what rendering needs
 */
export function proxyJob(
  input: Framed & { spec: ProxySpec; startTimecode: string | null; laid?: LaidSound },
): SegmentJob {
  const { spec, source, startTimecode, laid = CAMERA_SOUND } = input;
  const reelName = textField(source.clip, 'reelName');
  return {
    ...jobOf(input),
    ...(laid.files.length === 0 ? {} : { sound: laid.files }),
    output: {
      kind: 'movie',
      codec: spec.codec,
      container: spec.container,
      size: proxySize(input.geometry, spec.maxWidth),
      ...(startTimecode === null ? {} : { startTimecode }),
      ...(reelName === null ? {} : { reelName }),
      ...(spec.mastering === undefined ? {} : { mastering: spec.mastering }),
      ...(spec.mastering && PQ.test(input.colour.outputSpace) ? { lightLevels: true } : {}),
      ...(laid.sound === null ? {} : { sound: laid.sound }),
      burnIns: spec.burnIns
        ? [
            { place: 'top-left', text: source.clip.clipName },
            ...(startTimecode === null ? [] : [{ place: 'bottom-left' as const, timecode: startTimecode }]),
          ]
        : [],
    },
    route: 'fast',
  };
}

/** The job of a colour reference still: the middle frame of the cut, through the display, as a JPEG. */
export function stillJob(input: Framed & { spec: StillSpec }): SegmentJob {
  const { first, last } = input.plate.cutFrames;
  const middle = Math.floor((Math.min(first, last) + Math.max(first, last)) / 2);
  return {
    ...jobOf(input),
    frames: { first: middle, last: middle },
    output: {
      kind: 'movie',
      codec: 'jpeg',
      container: 'jpg',
      size: proxySize(input.geometry, input.spec.maxWidth),
      burnIns: [],
    },
    route: 'fast',
  };
}

/** The picture desqueezed to square pixels, no wider than asked, never larger than it was; even, as 4:2:0 and 4:2:2 need. */
export function proxySize(geometry: Geometry, maxWidth: number): PixelSize {
  const picture = geometry.canvas ?? geometry.scale ?? geometry.crop;
  const square = (picture.width * geometry.pixelAspectRatio.num) / geometry.pixelAspectRatio.den;
  const width = Math.min(square, maxWidth);
  return { width: even(width), height: even((picture.height * width) / square) };
}

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

type JobBase = Pick<
  SegmentJob,
  'version' | 'kind' | 'clip' | 'sources' | 'frames' | 'decode' | 'geometry' | 'colour' | 'engine'
>;

function jobOf({ source, plate, colour, geometry }: Framed): JobBase {
  const size = sourceSize(source.clip);
  if (size.width !== geometry.source.width || size.height !== geometry.source.height) {
    throw new Error(
      `geometry is for ${geometry.source.width}x${geometry.source.height}, the clip is ${size.width}x${size.height}`,
    );
  }
  return {
    version: 1,
    kind: 'segment-job',
    clip: {
      clipId: source.clipId,
      clipName: source.clip.clipName,
      frameRate: needed(source, 'frameRate', rationalField(source.clip, 'frameRate')),
      frameCount: needed(source, 'frameCount', numberField(source.clip, 'frameCount')),
    },
    sources: pictureSources(source),
    frames: { first: plate.sourceFrames.first, last: plate.sourceFrames.last },
    decode: decodeSettings(source),
    geometry,
    colour,
    engine: 'open',
  };
}

function needed<T>(source: ClipSource, field: string, value: T | null): T {
  if (value !== null) return value;
  throw new PipelineError(
    'unreadable',
    `Clip ${source.clip.clipName} has no ${field}, so its frames cannot be found.`,
    {
      clipId: source.clipId,
      field,
    },
  );
}
