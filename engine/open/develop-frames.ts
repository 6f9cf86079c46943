import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import type { DecodeSettings } from '../../schemas/segment-job.ts';
import { CUT_OFF_STEPS, developArguments, developScale, type LibRawDemosaic } from '../tools/dcraw-emu.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { type Development, development } from './camera-matrix.ts';
import type { DecodedFrame } from './decode-frames.ts';
import { type DngTags, isPlainMosaic, readDngTags } from './dng-tags.ts';
import { cropAndScaleArguments } from './framing.ts';
import { diagonal3, type Matrix3, multiply3 } from './matrix3.ts';
import type { RenderRun } from './render-run.ts';
import { frameSource, localFile } from './source-files.ts';
import { unpackMosaic } from './unpack-mosaic.ts';

/** A raw frame on this machine, with its tags and what is to be made of it. */
export type RawFrame = { frame: number; path: string; tags: DngTags; development: Development };

/**
 * Reads the tags of raw frames.
 * @throws PipelineError unreadable, and input-invalid when they are not of the size that the job frames
 */
export async function readRawFrames(run: RenderRun, frames: readonly number[]): Promise<RawFrame[]> {
  return Promise.all(
    frames.map(async (frame) => {
      const source = frameSource(run.sources, frame);
      const path = await localFile(source, run.scratch, run.signal);
      const tags = await readDngTags(path);
      requireSize(tags, run);
      return { frame, path, tags, development: development(tags, run.job.decode, source.name) };
    }),
  );
}

/** Develops raw frames to ACES2065-1, framed. */
export async function developFrames(run: RenderRun, frames: readonly number[]): Promise<DecodedFrame[]> {
  const raws = await readRawFrames(run, frames);
  const demosaic = run.job.decode.demosaic ?? 'mhc';
  // Frame by frame, so that how a clip is cut into segments decides nothing.
  const isOurs = ({ tags }: RawFrame) => demosaic === 'mhc' && isPlainMosaic(tags);
  const others = raws.filter((raw) => !isOurs(raw));
  const byLibRaw =
    others.length === 0 ? [] : await developByLibRaw(run, others, demosaic === 'mhc' ? 'ahd' : demosaic);
  return Promise.all(
    raws.map(
      async (raw) => byLibRaw.find(({ frame }) => frame === raw.frame) ?? (await mosaicFrame(raw, run)),
    ),
  );
}

async function mosaicFrame(raw: RawFrame, { job, scratch }: RenderRun): Promise<DecodedFrame> {
  const { frame, path, tags } = raw;
  const isPacked = tags.bitsPerSample !== 16;
  const unpacked = join(scratch, `mosaic-${frame}.pgm`);
  if (isPacked) await unpackMosaic(path, tags, unpacked);
  const read = mosaicArguments(raw, isPacked ? unpacked : path, job.decode);
  return { frame, read: [...read, ...cropAndScaleArguments(job.geometry)] };
}

/** Black and white levels in float, Malvar-He-Cutler, camera matrix: nothing is rounded or clipped on the way. */
function mosaicArguments(
  { tags, development: { neutral, cameraToAces } }: RawFrame,
  path: string,
  decode: DecodeSettings,
): string[] {
  const full = 65535;
  const black = tags.black[0];
  const balance = neutral.map((value) => 1 / value) as [number, number, number];
  // Demosaicing in balanced values keeps neutral edges neutral; the matrix takes the balance out again.
  const matrix = multiply3(cameraToAces, diagonal3(neutral));
  return [
    ...readAsFloat(path),
    '--subc',
    String(black / full),
    '--mulc',
    String(full / (tags.white - black)),
    `--demosaic:pattern=bayer:algorithm=MHC:layout=${tags.pattern}:white_balance_mode=manual:white_balance=${balance[0]},${balance[1]},${balance[2]},${balance[1]}`,
    ...(decode.highlights === 'clip' ? ['--clamp:min=-65504,-65504,-65504:max=1,1,1'] : []),
    '--ccmatrix:transpose=1',
    matrix4(matrix),
  ];
}

async function developByLibRaw(
  run: RenderRun,
  raws: RawFrame[],
  demosaic: LibRawDemosaic,
): Promise<DecodedFrame[]> {
  const links: string[] = [];
  for (const raw of raws) {
    const link = join(run.scratch, `raw-${String(raw.frame).padStart(8, '0')}.dng`);
    await symlink(raw.path, link);
    links.push(link);
  }
  const { neutral } = raws[0]!.development;
  await run.run('dcraw_emu', {
    args: developArguments(links, neutral, demosaic, run.job.decode),
    env: { OMP_NUM_THREADS: String(run.threads) },
  });
  return raws.map(({ frame, development: { cameraToAces } }, index) => {
    const scale = developScale(neutral, run.job.decode);
    const matrix = multiply3(
      cameraToAces,
      diagonal3([neutral[0] * scale, neutral[1] * scale, neutral[2] * scale]),
    );
    return {
      frame,
      read: [
        ...readAsFloat(links[index]!.replace(/\.dng$/, '.tif')),
        '--addc',
        String(CUT_OFF_STEPS[demosaic] / 65535),
        '--ccmatrix:transpose=1',
        matrix4(matrix),
        ...cropAndScaleArguments(run.job.geometry),
      ],
    };
  });
}

function matrix4(m: Matrix3): string {
  const row = (r: number) => [...m.slice(r * 3, r * 3 + 3), 0];
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1].join(',');
}

function requireSize(tags: DngTags, run: RenderRun): void {
  const { width, height } = run.job.geometry.source;
  const [top = 0, left = 0, bottom = tags.height, right = tags.width] = tags.activeArea ?? [];
  if (right - left !== width || bottom - top !== height)
    throw new PipelineError(
      'input-invalid',
      `geometry.source is ${width}x${height}, ${run.job.clip.clipName} decodes to ${right - left}x${bottom - top}`,
      {
        clipName: run.job.clip.clipName,
        expected: { width, height },
        got: { width: right - left, height: bottom - top },
      },
    );
}
