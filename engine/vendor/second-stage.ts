import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColorStep, SegmentJob } from '../../schemas/segment-job.ts';
import type { Engine, EngineCapabilities, RenderResult, ResolvedSource } from '../engine.ts';
import type { OpenEngine } from '../open/open-engine.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { wantedFrames } from '../wanted-frames.ts';

/** What passes between the two: scene light, whole pictures, without loss but for half floats. */
const BETWEEN = 'ACES2065-1';

/**
 * A maker's engine that makes everything the open engine makes, of pictures that the maker's program decodes: each frame
 * once, whole and in scene light; what comes after (looks, other spaces, DPX, movies, stills) is the open engine's. What
 * the maker's engine makes by itself it makes as before.
 * @param isOwn whether the maker's engine makes this by itself
 */
export function withSecondStage(
  maker: OpenEngine,
  open: OpenEngine,
  isOwn: (job: SegmentJob) => boolean,
): OpenEngine {
  return {
    ...maker,
    capabilities: async () => bothCapabilities(await maker.capabilities(), await open.capabilities()),
    close: async () => void (await Promise.all([maker.close(), open.close()])),
    async render(job, sources, workDir, options) {
      if (isOwn(job)) return maker.render(job, sources, workDir, options);
      const { signal, progress, only, threads } = options;
      const frames = wantedFrames(job, only);
      await mkdir(workDir, { recursive: true });
      const scratch = await mkdtemp(join(workDir, '.decoded-'));
      try {
        const quiet = { signal, progress: stageProgress(progress, frames.length, 'decode'), only: frames };
        const decoded = await maker.render(decodeJob(job), sources, scratch, {
          ...quiet,
          ...(threads === undefined ? {} : { threads }),
        });
        const pictures = decoded.frames.map(({ frame, file }) => ({
          name: `${frame}.exr`,
          frame,
          location: file,
        }));
        const made = await open.render(finishJob(job, pictures), pictures, workDir, options);
        return { ...made, timings: sum(decoded.timings, made.timings) };
      } finally {
        await removeFolder(scratch);
      }
    },
  };
}

/** The whole picture of each frame, as the camera's light. */
function decodeJob(job: SegmentJob): SegmentJob {
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

/** What is left to do, over the decoded pictures. */
function finishJob(job: SegmentJob, pictures: readonly ResolvedSource[]): SegmentJob {
  return {
    ...job,
    sources: pictures.map(({ name, frame }) => ({
      name,
      ...(frame === undefined ? {} : { frame }),
      sizeBytes: 0,
      xxh128: '0'.repeat(32),
    })),
    decode: { codec: 'exr', container: 'sequence' },
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

function bothCapabilities(maker: EngineCapabilities, open: EngineCapabilities): EngineCapabilities {
  if (maker.missing.length > 0) return maker;
  const second = Object.entries(open.versions).map(([name, version]) => [`open:${name}`, version]);
  return {
    ...maker,
    versions: { ...maker.versions, ...Object.fromEntries(second) },
    writes: [...new Set([...maker.writes, ...(open.decodes.includes('exr') ? open.writes : [])])],
  };
}

function stageProgress(
  progress: Parameters<Engine['render']>[3]['progress'],
  framesWanted: number,
  stage: string,
): typeof progress {
  // Nothing is made yet that would be kept: only the second stage counts frames.
  return () => progress({ framesDone: 0, framesWanted, stage });
}

function sum(a: RenderResult['timings'], b: RenderResult['timings']): RenderResult['timings'] {
  return {
    wallMs: a.wallMs + b.wallMs,
    cpuMs: a.cpuMs + b.cpuMs,
    peakMemoryBytes: Math.max(a.peakMemoryBytes, b.peakMemoryBytes),
  };
}
