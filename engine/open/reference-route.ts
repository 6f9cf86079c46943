import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExrOutput, RenderedFrame } from '../../schemas/segment-job.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { removeFolder } from '../tools/remove-folder.ts';
import { JOB_SPACES, type JobConfig, writeJobConfig } from './color-config.ts';
import { type DecodedFrame, decodeFrames } from './decode-frames.ts';
import { packDpx } from './dpx-frame.ts';
import { finishFrame } from './finish-frame.ts';
import { frameFile, headerOf } from './frame-file.ts';
import { canvasArguments } from './framing.ts';
import { lineReader } from './line-reader.ts';
import { cutAtSpans } from './movie-spans.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';

/** Room for decoded pictures between the two programs; a segment is worked off in batches that fit. */
const SCRATCH_BYTES = 1 << 30;

const DEFAULT_ZIP_LEVEL = 4;

/**
 * Renders by oiiotool: one process for many frames, every frame's commands written out one after the other, because
 * its own frame loop builds the colour configuration anew for each frame.
 */
export async function renderByReference(
  run: RenderRun,
  job: SequenceJob,
  frames: readonly number[],
): Promise<RenderedFrame[]> {
  const config = await writeJobConfig(job.colour, run.scratch);
  const rendered: RenderedFrame[] = [];
  run.progress({ framesDone: 0, framesWanted: frames.length, stage: 'decode' });
  for (const batch of await cutAtSpans(run, batchesOf(frames, job))) {
    const scratch = await mkdtemp(join(run.scratch, 'batch-'));
    const decoded = await decodeFrames({ ...run, scratch }, batch);
    await renderBatch({ ...run, scratch }, job, config, decoded, (frame) => {
      rendered.push(frame);
      run.onFrame(frame);
      run.progress({ framesDone: rendered.length, framesWanted: frames.length, stage: 'render' });
    });
    await removeFolder(scratch);
  }
  return rendered;
}

/** Consecutive frames, as many as fit the scratch. */
function batchesOf(frames: readonly number[], job: SequenceJob): number[][] {
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  const most = Math.max(1, Math.floor(SCRATCH_BYTES / (width * height * 12)));
  const batches: number[][] = [];
  for (const frame of frames) {
    const last = batches.at(-1);
    if (last && last.length < most && last.at(-1) === frame - 1) last.push(frame);
    else batches.push([frame]);
  }
  return batches;
}

async function renderBatch(
  run: RenderRun,
  job: SequenceJob,
  config: JobConfig,
  decoded: DecodedFrame[],
  done: (frame: RenderedFrame) => void,
): Promise<void> {
  const written = (frame: number) => join(run.scratch, `rendered.${frame}.exr`);
  let finishing = Promise.resolve();
  const finish = async (frame: number) => {
    const file = frameFile(run.workDir, job, frame);
    done(
      job.output.kind === 'dpx'
        ? await packDpx(written(frame), job, job.output, file, frame)
        : await finishFrame(written(frame), headerOf(job, frame), file, frame),
    );
    await rm(written(frame));
  };
  const lines = lineReader((line) => {
    const frame = /^whole (\d+)$/.exec(line)?.[1];
    if (frame !== undefined) finishing = finishing.then(() => finish(Number(frame)));
    // The rejection is awaited below; without a handler now it would count as unhandled until then.
    finishing.catch(() => {});
  });
  await run.run('oiiotool', {
    args: [
      ...oiiotoolStart(run.threads),
      ...decoded.flatMap(({ frame, read }) => [
        ...read,
        ...paint(job, config),
        '-o',
        written(frame),
        '--pop',
        '--echo',
        `whole ${frame}`,
      ]),
    ],
    env: { OCIO: config.path },
    stdout: lines,
  });
  await finishing;
}

/** Colour, canvas, half float, compression; the header is written over afterwards, so nothing of the source may stay in it. */
function paint(job: SequenceJob, config: JobConfig): string[] {
  return [
    ...(config.isIdentity ? [] : ['--ocionamedtransform', JOB_SPACES.transform]),
    ...canvasArguments(job.geometry),
    '--eraseattrib',
    '.*',
    ...(job.output.kind === 'dpx' ? AS_FLOAT : asHalf(job.output)),
  ];
}

/** As it is: codes of a DPX are rounded by us. */
const AS_FLOAT = ['--scanline', '--nosoftwareattrib', '-d', 'float', '--compression', 'none'];

function asHalf({ compression, container, zipLevel }: ExrOutput): string[] {
  return [
    // OpenImageIO's own judge of the container: it refuses another compression, type or channel set.
    ...(container === 'st2065-4'
      ? ['--iscolorspace', 'lin_ap0_scene', '--attrib', 'openexr:ACESContainerPolicy', 'strict']
      : []),
    // A source in tiles would otherwise be written in tiles, which our header does not tell of.
    ...['--scanline', '--nosoftwareattrib'],
    '-d',
    'half',
    '--compression',
    compression === 'zip' ? `zip:${zipLevel ?? DEFAULT_ZIP_LEVEL}` : compression,
  ];
}
