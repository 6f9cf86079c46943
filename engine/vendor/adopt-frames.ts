import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { RenderedFrame } from '../../schemas/segment-job.ts';
import { frameHeader } from '../open/exr-header.ts';
import { finishFrame } from '../open/finish-frame.ts';
import { frameFile } from '../open/frame-file.ts';
import { canvasArguments, cropAndScaleArguments } from '../open/framing.ts';
import { lineReader } from '../open/line-reader.ts';
import type { ExrJob, RenderRun } from '../open/render-run.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';

/** A whole picture that a maker's program wrote, in the colour the job asks for, at the size of its source. */
export type VendorPicture = { frame: number; path: string };

const DEFAULT_ZIP_LEVEL = 4;

/**
 * Makes plates of a maker's pictures: crop, scale and canvas as the job says, half float, the job's compression, our own
 * header. So geometry is ours whichever program decoded. A scale happens in the output colour, after the maker's decode:
 * no maker's program gives a documented way to put it before. What the program wrote is removed.
 * @throws PipelineError unreadable, tool-failed
 */
export async function adoptFrames(
  run: RenderRun,
  job: ExrJob,
  pictures: readonly VendorPicture[],
): Promise<RenderedFrame[]> {
  if (pictures.length === 0) return [];
  const folder = join(run.scratch, 'adopted');
  await mkdir(folder, { recursive: true });
  const written = (frame: number) => join(folder, `${frame}.exr`);
  const made: RenderedFrame[] = [];
  let finishing = Promise.resolve();
  const finish = async ({ frame, path }: VendorPicture) => {
    const header = frameHeader(job, job.output, frame);
    made.push(await finishFrame(written(frame), header, frameFile(run.workDir, job, frame), frame));
    await Promise.all([rm(written(frame)), rm(path)]);
  };
  const lines = lineReader((line) => {
    const frame = /^whole (\d+)$/.exec(line)?.[1];
    const picture = pictures.find((each) => String(each.frame) === frame);
    if (picture) finishing = finishing.then(() => finish(picture));
    // Awaited below; without a handler now a rejection would count as unhandled until then.
    finishing.catch(() => {});
  });
  await run.run('oiiotool', {
    args: [
      ...oiiotoolStart(run.threads),
      ...pictures.flatMap(({ frame, path }) => [
        ...sizedPicture(path, job),
        ...plateArguments(job),
        '-o',
        written(frame),
        '--pop',
        '--echo',
        `whole ${frame}`,
      ]),
    ],
    stdout: lines,
  });
  await finishing;
  if (made.length !== pictures.length)
    throw new PipelineError('tool-failed', `of ${pictures.length} pictures ${made.length} became plates`, {
      asked: pictures.length,
      made: made.length,
    });
  return made;
}

function sizedPicture(path: string, { geometry }: ExrJob): string[] {
  return [
    '-i:type=float',
    path,
    // A maker's file may have its data window elsewhere than its display window, or an alpha channel: the picture is what is displayed.
    '--croptofull',
    '--ch',
    'R,G,B',
    '--origin',
    '+0+0',
    ...cropAndScaleArguments(geometry),
    '--origin',
    '+0+0',
  ];
}

function plateArguments(job: ExrJob): string[] {
  const { compression, container, zipLevel } = job.output;
  const { width, height } = job.geometry.scale ?? job.geometry.crop;
  return [
    '--fullsize',
    `${width}x${height}+0+0`,
    ...canvasArguments(job.geometry),
    '--eraseattrib',
    '.*',
    ...(container === 'st2065-4'
      ? ['--iscolorspace', 'lin_ap0_scene', '--attrib', 'openexr:ACESContainerPolicy', 'strict']
      : []),
    '--nosoftwareattrib',
    '-d',
    'half',
    '--compression',
    compression === 'zip' ? `zip:${zipLevel ?? DEFAULT_ZIP_LEVEL}` : compression,
  ];
}
