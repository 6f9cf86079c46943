import { join } from 'node:path';
import type { DecodeSettings } from '../../schemas/segment-job.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import { type Development, development } from './camera-matrix.ts';
import { readCameraRawTags } from './camera-raw-tags.ts';
import type { DecodedFrame } from './decode-frames.ts';
import { type Developable, developByLibRaw, matrix4 } from './develop-by-libraw.ts';
import { type DngTags, isPlainMosaic, readDngTags } from './dng-tags.ts';
import { cropAndScaleArguments } from './framing.ts';
import { diagonal3, multiply3 } from './matrix3.ts';
import type { RenderRun } from './render-run.ts';
import { frameSource, localFile, requireSourceSize } from './source-files.ts';
import { unpackMosaic } from './unpack-mosaic.ts';

/** A raw frame on this machine, with its tags and what is to be made of it. */
export type RawFrame = { frame: number; path: string; tags: DngTags; development: Development };

/**
 * Reads the tags of raw frames.
 * @throws PipelineError unreadable, also when they are not of the size that the job frames
 */
export async function readRawFrames(run: RenderRun, frames: readonly number[]): Promise<RawFrame[]> {
  return Promise.all(
    frames.map(async (frame) => {
      const source = frameSource(run.sources, frame);
      const path = await localFile(source, run.scratch, run.signal);
      const tags = await readDngTags(path);
      requireSize(tags, source.name, run);
      return { frame, path, tags, development: development(tags, run.job.decode, source.name) };
    }),
  );
}

/** Develops raw frames to ACES2065-1, framed. */
export async function developFrames(run: RenderRun, frames: readonly number[]): Promise<DecodedFrame[]> {
  if (run.job.decode.codec === 'camera-raw') return developCameraRaw(run, frames);
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

/** Pictures in a camera's own form (CR2, CR3, NEF, ARW, RAF and the like): LibRaw develops them, and knows their colour. */
async function developCameraRaw(run: RenderRun, frames: readonly number[]): Promise<DecodedFrame[]> {
  const { decode } = run.job;
  const raws: Developable[] = [];
  for (const frame of frames) {
    const source = frameSource(run.sources, frame);
    const path = await localFile(source, run.scratch, run.signal);
    const tags = await readCameraRawTags(run, path, source.name);
    requireSourceSize(source.name, tags, run.job.geometry.source);
    raws.push({ frame, path, development: development(tags, decode, source.name) });
  }
  const demosaic = decode.demosaic === undefined || decode.demosaic === 'mhc' ? 'ahd' : decode.demosaic;
  // One balance a program: frames that were balanced otherwise are developed by themselves.
  const runs: Developable[][] = [];
  for (const raw of raws) {
    const last = runs.at(-1);
    if (last && String(last[0]!.development.neutral) === String(raw.development.neutral)) last.push(raw);
    else runs.push([raw]);
  }
  const developed: DecodedFrame[] = [];
  for (const alike of runs) developed.push(...(await developByLibRaw(run, alike, demosaic)));
  return developed;
}

function requireSize(tags: DngTags, name: string, run: RenderRun): void {
  const [top = 0, left = 0, bottom = tags.height, right = tags.width] = tags.activeArea ?? [];
  const got = { width: right - left, height: bottom - top };
  requireSourceSize(name, got, run.job.geometry.source);
}
