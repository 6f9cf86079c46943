import type { ColorStep, Geometry, SegmentJob } from '../../schemas/segment-job.ts';
import type { ResolvedSource } from '../engine.ts';
import type { ExrJob } from '../open/render-run.ts';

/** What passes between a maker's engine and the open one: scene light, whole pictures, without loss but for half floats. */
const BETWEEN = 'ACES2065-1';

/** The first stage of a job: the whole picture of each frame, as the camera's light. */
export function decodeJob(job: SegmentJob): ExrJob {
  const { source } = job.geometry;
  const { decodedSpace } = job.colour;
  const isThere = decodedSpace === BETWEEN || decodedSpace === 'camera-native';
  const { sound: _, ...silent } = job;
  return {
    ...silent,
    geometry: {
      source,
      crop: { x: 0, y: 0, ...source },
      scale: null,
      canvas: null,
      pixelAspectRatio: job.geometry.pixelAspectRatio,
    },
    colour: {
      ...job.colour,
      steps: isThere ? [] : [{ kind: 'convert', from: decodedSpace, to: BETWEEN }],
      outputSpace: BETWEEN,
    },
    output: {
      kind: 'exr',
      compression: 'none',
      container: 'openexr',
      header: { strings: {}, numbers: {} },
    },
  };
}

/**
 * The second stage of a job: what is left to do over its pictures in scene light.
 * @param geometry of these pictures; that of the job where they are whole
 */
export function finishJob(
  job: SegmentJob,
  pictures: readonly ResolvedSource[],
  geometry: Geometry = job.geometry,
): SegmentJob {
  return {
    ...job,
    sources: pictures.map(({ name, frame }) => ({
      name,
      ...(frame === undefined ? {} : { frame }),
      sizeBytes: 0,
      xxh128: '0'.repeat(32),
    })),
    decode: { codec: 'exr', container: 'sequence' },
    geometry,
    colour: { ...job.colour, decodedSpace: BETWEEN, steps: stepsFromLight(job) },
    route: 'reference',
  };
}

/** The job's steps, begun from scene light in the place of the camera's space. */
function stepsFromLight({ colour: { decodedSpace, steps } }: SegmentJob): ColorStep[] {
  const [first, ...rest] = steps;
  if (decodedSpace === BETWEEN || decodedSpace === 'camera-native') return steps;
  if (first?.kind === 'convert' && first.from === decodedSpace)
    return first.to === BETWEEN ? rest : [{ ...first, from: BETWEEN }, ...rest];
  return [{ kind: 'convert', from: BETWEEN, to: decodedSpace }, ...steps];
}
