import { mkdir } from 'node:fs/promises';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import type { EngineCapabilities, RenderResult } from '../engine.ts';
import type { OpenEngine } from '../open/open-engine.ts';
import { decodedBytes, decodeInParts, PART_BYTES } from './decoded-parts.ts';
import { framingOverPlate } from './plate-pictures.ts';
import { finishJob } from './stage-jobs.ts';

/**
 * A maker's engine that makes everything the open engine makes, of pictures that the maker's program decodes: each frame
 * once, whole and in scene light; what comes after (looks, other spaces, DPX, movies, stills) is the open engine's. What
 * the maker's engine makes by itself it makes as before.
 * @param isOwn whether the maker's engine makes this by itself
 * @param partBytes of decoded pictures of a movie at a time
 */
export function withSecondStage(
  maker: OpenEngine,
  open: OpenEngine,
  isOwn: (job: SegmentJob) => boolean,
  partBytes = PART_BYTES,
): OpenEngine {
  return {
    ...maker,
    capabilities: async () => bothCapabilities(await maker.capabilities(), await open.capabilities()),
    close: async () => void (await Promise.all([maker.close(), open.close()])),
    async render(job, sources, workDir, options) {
      if (isOwn(job)) return maker.render(job, sources, workDir, options);
      await mkdir(workDir, { recursive: true });
      const decoded = await decodeInParts(maker, job, sources, workDir, { ...options, partBytes });
      const { pictures } = decoded;
      try {
        const sounds = sources.filter(({ isSound }) => isSound);
        const made = await open.render(finishJob(job, pictures), [...pictures, ...sounds], workDir, options);
        return { ...made, timings: sum(decoded.timings, made.timings) };
      } finally {
        await decoded.end();
      }
    },
    scratchBytes: (job, frameCount) => (isOwn(job) ? 0 : decodedBytes(job, frameCount, partBytes)),
    isHeldBy: (job, plate) =>
      job.output.kind === 'movie' && !isOwn(job) && isOwn(plate) && framingOverPlate(job, plate) !== null,
    async renderFromPlate(job, plate, sources, workDir, options) {
      const geometry = framingOverPlate(job, plate);
      if (geometry === null) throw new Error(`${job.clip.clipName}: the plate does not hold its pictures`);
      const pictures = sources.filter(({ isSound }) => !isSound);
      return open.render(finishJob(job, pictures, geometry), sources, workDir, options);
    },
  };
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

function sum(a: RenderResult['timings'], b: RenderResult['timings']): RenderResult['timings'] {
  return {
    wallMs: a.wallMs + b.wallMs,
    cpuMs: a.cpuMs + b.cpuMs,
    peakMemoryBytes: Math.max(a.peakMemoryBytes, b.peakMemoryBytes),
  };
}
