import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame } from '../../schemas/segment-job.ts';
import type { ExrJob, RenderRun } from '../open/render-run.ts';
import { adoptFrames, type VendorPicture } from '../vendor/adopt-frames.ts';
import { requireSourcePicture } from '../vendor/picture-size.ts';
import type { AmfCalls } from './amf-stack.ts';
import { type ColourNames, flapiColour } from './colour.ts';
import { plateDeliverable } from './deliverable.ts';
import { openMedia } from './media.ts';
import { answerOf } from './parse-answer.ts';
import { requireNoOthers, settled, wholeOnes } from './rendered-files.ts';
import { buildScene, framesInScene } from './scene.ts';
import type { FlapiSession, FlapiTimes } from './session.ts';
import { watchRender } from './watch-render.ts';
import { type Handle, typed } from './wire.ts';

/**
 * Renders frames of one clip in the order of FilmLight's TranscodeToEXR: sequence, format, temporary scene, insert, setup,
 * processor, poll, log, close. Each file's name is computed by us and by the server before anything is rendered; both have to agree.
 * @throws PipelineError
 */
export async function renderInScene(
  session: FlapiSession,
  run: RenderRun,
  job: ExrJob,
  frames: readonly number[],
  options: { names: ColourNames; times: FlapiTimes; amf: AmfCalls | null },
): Promise<RenderedFrame[]> {
  const calls = options.amf;
  const colour = flapiColour(job, options.names, calls !== null);
  const folder = join(run.scratch, 'sources');
  const directory = join(run.scratch, 'flapi');
  await Promise.all([mkdir(folder), mkdir(directory)]);
  const media = await openMedia(session, job, run.sources, frames, folder, run.signal);
  const amf = calls && { calls, file: join(run.scratch, 'job.amf') };
  const built = await buildScene(session, job, media.sequence, { colour, amf });
  const sceneFrames = await framesInScene(session, built, frames.map(media.numberOf));
  const setup = session.object(await session.ask('RenderSetup.create'), 'RenderSetup');
  const { _handle, _id } = built.scene;
  await session.tell(setup, 'RenderSetup.set_scene', { scene: { _handle, _id } });
  const deliverable = plateDeliverable({
    directory,
    prefix: 'plate_',
    format: built.format,
    colourSpace: colour.output,
  });
  await session.tell(setup, 'RenderSetup.add_deliverable', { deliverable });
  await session.tell(setup, 'RenderSetup.set_frames', { frames: rangesOf(sceneFrames) });
  const pictures = await predictedPictures(session, setup, directory, frames, sceneFrames);
  return renderPictures(session, setup, run, job, pictures, options.times).finally(() =>
    session.tell(built.scene, 'Scene.close_scene').catch(() => {}),
  );
}

async function renderPictures(
  session: FlapiSession,
  setup: Handle,
  run: RenderRun,
  job: ExrJob,
  pictures: VendorPicture[],
  times: FlapiTimes,
): Promise<RenderedFrame[]> {
  const made: RenderedFrame[] = [];
  const left = [...pictures];
  let isOver = false;
  let inHand = Promise.resolve();
  const takeOver = async (some: VendorPicture[]) => {
    for (const { path } of some) await requireSourcePicture(path, 'flapid', job.geometry.source);
    for (const frame of await adoptFrames(run, job, some)) {
      made.push(frame);
      run.onFrame(frame);
      run.progress({ framesDone: made.length, framesWanted: pictures.length, stage: 'render' });
    }
  };
  const adopt = (some: VendorPicture[]) => {
    inHand = takeOver(some);
    return inHand;
  };
  const processor = session.object(await session.ask('RenderProcessor.get'), 'RenderProcessor');
  run.progress({ framesDone: 0, framesWanted: pictures.length, stage: 'render' });
  // What cancels a render that is under way; one in a server that runs on would go on without us.
  const isShutDown = session.atEnd(processor, 'RenderProcessor.shutdown');
  const { _handle, _id } = setup;
  // Nothing public says whether `start` answers at once or when all is rendered: progress is asked for beside it.
  const starting = session.tell(
    processor,
    'RenderProcessor.start',
    { renderSetup: { _handle, _id } },
    { timeoutMs: null },
  );
  let hasStarted = false;
  const refused = new Promise<never>((_, reject) => {
    starting.then(() => {
      hasStarted = true;
    }, reject);
  });
  refused.catch(() => {});
  try {
    const watching = watchRender(session, processor, times, {
      hasStarted: () => hasStarted,
      left: () => left.length,
      async take(complete) {
        const whole = await wholeOnes(left, complete - made.length);
        if (isOver) return 0;
        await adopt(whole);
        return whole.length;
      },
    });
    watching.catch(() => {});
    await Promise.race([watching, refused]);
    session.isServed();
    await settled(left, times.settleMs, run.signal);
    await adopt(left.splice(0));
    await requireNoOthers(pictures);
  } finally {
    // Pictures that are being taken over when the render breaks are taken over whole, and no more.
    isOver = true;
    await inHand.catch(() => {});
    await session.tell(processor, 'RenderProcessor.shutdown').then(isShutDown, () => {});
  }
  return made.sort((a, b) => a.frame - b.frame);
}

/** Runs of consecutive scene frames; both ends are rendered. */
function rangesOf(frames: readonly number[]): Record<string, unknown>[] {
  const ranges: { Start: number; End: number }[] = [];
  for (const frame of frames) {
    const last = ranges.at(-1);
    if (last && last.End === frame - 1) last.End = frame;
    else ranges.push({ Start: frame, End: frame });
  }
  return ranges.map((range) => typed('FrameRange', range));
}

async function predictedPictures(
  session: FlapiSession,
  setup: Handle,
  directory: string,
  frames: readonly number[],
  sceneFrames: readonly number[],
): Promise<VendorPicture[]> {
  const pictures: VendorPicture[] = [];
  const folder = await realpath(directory);
  for (const [index, frame] of frames.entries()) {
    const sceneFrame = sceneFrames[index]!;
    const params = { index: 0, leave_container: 0, frame: sceneFrame };
    const path = await answerOf(
      session,
      z.string(),
      'RenderSetup.get_output_filename_for_deliverable',
      params,
      setup,
    );
    const ours = `plate_${String(sceneFrame).padStart(7, '0')}.exr`;
    // The same folder may be said in several ways: by its real path, with a doubled or needless part.
    const said = await realpath(dirname(path)).catch(() => null);
    if (said !== folder || basename(path) !== ours)
      // It would say the same again: no retry helps.
      throw new PipelineError(
        'unsupported',
        `flapid would write ${path} for ${ours} in the folder it was given`,
        {
          frame,
          path,
          expected: join(directory, ours),
        },
      );
    pictures.push({ frame, path: join(directory, ours) });
  }
  return pictures;
}
