import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import { DPX_HEADER_BYTES } from '../../standards/dpx/write-header.ts';
import { sha256OfCanonical } from '../../standards/hash/canonical-json.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import type { ColorChain } from './color-chain.ts';
import { renderFast } from './fast-route.ts';
import { frameFile } from './frame-file.ts';
import { valueOfHalf } from './half-float.ts';
import { renderByReference } from './reference-route.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';

/** Neighbouring half floats: both routes compute in 32 bits and may round to either side of the middle between two. */
const STEPS_ALLOWED = 1;
/** Around black half floats lie closer together than 32-bit arithmetic on values near 1 can tell apart. */
const BLACK_ALLOWED = 2e-6;
/** More values than this on the other side of a middle is a difference in arithmetic, not in rounding. */
const SHARE_ALLOWED = 0.05;

/** What the comparison of one frame found. */
export type RouteProof = { values: number; different: number; worstSteps: number };

/**
 * Renders one frame by both routes and compares every value, compression included.
 * @throws PipelineError unsupported when they are not equal, with the figures
 */
export async function proveRoute(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  frame: number,
): Promise<RouteProof> {
  const folder = await mkdtemp(join(run.scratch, 'proof-'));
  const quiet = { ...run, scratch: folder, progress: () => {}, onFrame: () => {} };
  const plain = uncompressed(job);
  const [fast] = await renderFast({ ...quiet, workDir: await mkdtemp(join(folder, 'fast-')) }, job, chain, [
    frame,
  ]);
  const referenceDir = await mkdtemp(join(folder, 'reference-'));
  await renderByReference({ ...quiet, workDir: referenceDir }, plain, [frame]);
  const reference = frameFile(referenceDir, plain, frame);
  const proof =
    job.output.kind === 'dpx'
      ? compareCodes(await readFile(fast!.file), await readFile(reference), job.output.bits)
      : compareHalfs(
          await pixelsOf(await unpackedExr(run, folder, fast!.file), job),
          await pixelsOf(reference, job),
        );
  await removeFolder(folder);
  if (proof.worstSteps > STEPS_ALLOWED || proof.different > proof.values * SHARE_ALLOWED)
    throw new PipelineError(
      'unsupported',
      `the fast route is not equal to the reference route for ${job.clip.clipName} (frame ${frame}: ${proof.different} of ${proof.values} values differ, by up to ${proof.worstSteps} steps); render it by the reference route`,
      { ...proof, frame, clipName: job.clip.clipName },
    );
  return proof;
}

function uncompressed(job: SequenceJob): SequenceJob {
  const { output } = job;
  return output.kind === 'dpx' ? { ...job, output } : { ...job, output: { ...output, compression: 'none' } };
}

async function unpackedExr(run: RenderRun, folder: string, file: string): Promise<string> {
  const unpacked = join(folder, 'unpacked.exr');
  await run.run('oiiotool', {
    args: [...oiiotoolStart(run.threads), file, '-d', 'half', '--compression', 'none', '-o', unpacked],
  });
  return unpacked;
}

/** What a proof holds for: all that decides how pixels are made, and nothing of which clip or frame. */
export function recipeKey(job: SequenceJob): string {
  const { header: _, ...output } = job.output;
  return sha256OfCanonical({
    decode: job.decode,
    geometry: job.geometry,
    colour: job.colour,
    output,
    codec: job.decode.codec,
  });
}

/** The rows of an uncompressed file: each chunk is a line number, a size and one line. */
async function pixelsOf(path: string, job: SequenceJob): Promise<Uint16Array> {
  const bytes = await readFile(path);
  const { width, height } = job.geometry.canvas ?? job.geometry.scale ?? job.geometry.crop;
  const line = width * 6;
  const pixels = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    const from = bytes.length - (height - y) * (line + 8) + 8;
    pixels.set(bytes.subarray(from, from + line), y * line);
  }
  return new Uint16Array(pixels.buffer);
}

function compareHalfs(a: Uint16Array, b: Uint16Array): RouteProof {
  let different = 0;
  let worstSteps = 0;
  for (let index = 0; index < a.length; index++) {
    const [x, y] = [a[index]!, b[index]!];
    if (x === y) continue;
    different++;
    const steps = Math.abs(ordered(x) - ordered(y));
    if (steps > worstSteps && Math.abs(valueOfHalf(x) - valueOfHalf(y)) > BLACK_ALLOWED) worstSteps = steps;
  }
  return { values: a.length, different, worstSteps };
}

/** Two DPX files: headers byte by byte, then code by code. */
function compareCodes(a: Buffer, b: Buffer, bits: 10 | 16): RouteProof {
  const start = DPX_HEADER_BYTES;
  if (a.length !== b.length || !a.subarray(0, start).equals(b.subarray(0, start)))
    return { values: a.length, different: a.length, worstSteps: Number.POSITIVE_INFINITY };
  const proof: RouteProof = { values: 0, different: 0, worstSteps: 0 };
  const compare = (x: number, y: number) => {
    proof.values++;
    if (x !== y) proof.different++;
    proof.worstSteps = Math.max(proof.worstSteps, Math.abs(x - y));
  };
  if (bits === 16)
    for (let at = start; at < a.length; at += 2) compare(a.readUInt16BE(at), b.readUInt16BE(at));
  else
    for (let at = start; at < a.length; at += 4) {
      const [x, y] = [a.readUInt32BE(at), b.readUInt32BE(at)];
      compare(x >>> 22, y >>> 22);
      compare((x >>> 12) & 1023, (y >>> 12) & 1023);
      compare((x >>> 2) & 1023, (y >>> 2) & 1023);
    }
  return proof;
}

/** Half floats as integers in the order of their values. */
function ordered(bits: number): number {
  return bits & 0x8000 ? -(bits & 0x7fff) : bits;
}
