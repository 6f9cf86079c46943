import { access } from 'node:fs/promises';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame, SegmentJob } from '../../schemas/segment-job.ts';
import type { RenderedOutput } from '../engine.ts';
import { requireSoundContainer } from '../wanted-frames.ts';
import type { ColorChain } from './color-chain.ts';
import { decoderOf } from './decode-frames.ts';
import { fastChain, renderFast } from './fast-route.ts';
import { requireSoundGeometry } from './framing.ts';
import { type MovieJob, renderMovie } from './movie-route.ts';
import type { ProofBook } from './proof-book.ts';
import { proveRoute, recipeKey } from './prove-route.ts';
import { renderByReference } from './reference-route.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';
import { sourceSignature } from './source-signature.ts';

/** One job by whichever route is its own. */
export async function renderOutput(
  run: RenderRun,
  frames: number[],
  fontFile: string,
  proofs: ProofBook,
): Promise<RenderedOutput> {
  const { job } = run;
  if (job.output.kind !== 'movie')
    return { frames: await renderSequence(run, job as SequenceJob, frames, proofs) };
  const movie = job as MovieJob;
  if (movie.output.burnIns.length > 0) await requireFont(fontFile);
  return { frames: [], movie: await renderMovie(run, movie, frames, fontFile) };
}

/** @throws PipelineError tool-missing */
export async function requireFont(fontFile: string): Promise<void> {
  await access(fontFile).catch((cause: unknown) => {
    throw new PipelineError(
      'tool-missing',
      `the font for burn-ins is not at ${fontFile}`,
      { fontFile },
      { cause },
    );
  });
}

/** By the fast route where the job asks for it and it can, after it was proven on this recipe; else by the reference. */
async function renderSequence(
  run: RenderRun,
  job: SequenceJob,
  frames: number[],
  proofs: ProofBook,
): Promise<RenderedFrame[]> {
  const chain = await provenChain(run, job, frames, proofs);
  return chain === null ? renderByReference(run, job, frames) : renderFast(run, job, chain, frames);
}

/**
 * The colour of a job that the fast route may make, proven on this recipe and kind of source; null where the reference
 * route makes it.
 * @throws PipelineError unsupported when the two are not equal
 */
export async function provenChain(
  run: RenderRun,
  job: SequenceJob,
  frames: readonly number[],
  proofs: ProofBook,
): Promise<ColorChain | null> {
  const chain = job.route === 'fast' ? await fastChain(run, job, frames) : null;
  if (chain === null) return null;
  const first = frames[0]!;
  const recipe = recipeKey(job);
  await proofs.ensure({
    clip: `${job.clip.clipId} ${recipe}`,
    kind: async () => ({ recipe, source: await sourceSignature(run, first) }),
    prove: () => proveRoute(run, job, chain, first),
  });
  return chain;
}

/** What no program would refuse in words. @throws PipelineError input-invalid, unsupported */
export function requireSound(job: SegmentJob): void {
  decoderOf(job);
  requireSoundGeometry(job.geometry);
  requireSoundContainer(job);
}
