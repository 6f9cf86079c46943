import type { MovieOutput, SegmentJob } from '../../schemas/segment-job.ts';
import { FFMPEG_QUIET, toRgbFilters } from '../tools/ffmpeg.ts';
import { activePixels } from './movie-filters.ts';
import { signalOf } from './movie-format.ts';
import type { RenderRun } from './render-run.ts';

/** The brightest pixel and the brightest frame on average, cd/m². Source: CTA-861-H Annex P, before that CTA-861.3-A Annex A. */
export type LightLevels = { maxCll: number; maxFall: number };

const CODES = 65_536;

/** Luminance of each 16-bit PQ code, cd/m². Source: SMPTE ST 2084:2014 clause 5. */
const NITS = Float64Array.from({ length: CODES }, (_, code) => {
  const [m1, m2] = [2610 / 16_384, (2523 / 4096) * 128];
  const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const power = (code / (CODES - 1)) ** (1 / m2);
  return 10_000 * (Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1);
});

/**
 * Measures a PQ movie as its receivers decode it: of each pixel the greatest of R, G and B in light, its maximum over all
 * frames, and the greatest mean of a frame. Bars around the picture are no part of it.
 * @throws PipelineError tool-missing, tool-failed, tool-stalled
 */
export async function measureLight(
  run: Pick<RenderRun, 'run' | 'threads'>,
  job: SegmentJob & { output: MovieOutput },
  movie: string,
): Promise<LightLevels> {
  const { width, height } = job.output.size;
  const meter = lightMeter(width * height, activePixels(job));
  const matrix = signalOf(job.colour.outputSpace).matrix === 'bt2020nc' ? 'bt2020nc' : 'bt709';
  const filters = toRgbFilters({ codec: 'prores', matrix, range: 'limited' }, 'gbrp16le');
  await run.run('ffmpeg', {
    args: [
      ...[...FFMPEG_QUIET, '-threads', String(run.threads), '-i', movie, '-map', '0:v:0'],
      ...['-vf', filters.join(','), '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    ],
    stdout: meter.take,
  });
  return meter.levels();
}

/** Takes frames of three 16-bit planes in pieces of any length. @param active pixels of a frame that are picture */
export function lightMeter(
  pixels: number,
  active: number,
): { take(chunk: Buffer): void; levels(): LightLevels } {
  const planes = new Uint16Array(pixels * 3);
  const bytes = Buffer.from(planes.buffer);
  let filled = 0;
  let [brightest, brightestMean] = [0, 0];
  const measure = () => {
    const counts = new Uint32Array(CODES);
    for (let at = 0; at < pixels; at++) {
      const [a, b, c] = [planes[at]!, planes[at + pixels]!, planes[at + 2 * pixels]!];
      const code = Math.max(a, b, c);
      counts[code]!++;
    }
    let sum = 0;
    for (let code = 0; code < CODES; code++) {
      if (counts[code] === 0) continue;
      sum += counts[code]! * NITS[code]!;
      brightest = Math.max(brightest, NITS[code]!);
    }
    brightestMean = Math.max(brightestMean, sum / active);
  };
  return {
    take(chunk) {
      for (let at = 0; at < chunk.length; ) {
        const copied = chunk.copy(bytes, filled, at, Math.min(chunk.length, at + bytes.length - filled));
        at += copied;
        filled += copied;
        if (filled < bytes.length) continue;
        measure();
        filled = 0;
      }
    },
    levels: () => ({ maxCll: Math.round(brightest), maxFall: Math.round(brightestMean) }),
  };
}
