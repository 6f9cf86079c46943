import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inspectPaths } from '../../../cli/inspect-paths.ts';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import type { ClipSource } from '../../../pipeline/delivery/clip-source.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import type { InspectedClip } from '../../../schemas/clip.ts';
import type { PreparedPlate } from '../../../schemas/plate-facts.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { makePlannedPlate } from '../../pipeline/delivery/clip-source-fixture.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { type Picture, readPicture } from '../picture.ts';

/** The engine under test. */
export const engine = createOpenEngine({ tools: toolPaths() });

/** A file or folder as a card would be: its one clip, inspected. */
export async function inspected(path: string, scratch: string): Promise<InspectedClip> {
  const { clips } = await inspectPaths([path], { tools: toolPaths(), scratch });
  if (clips.length !== 1) throw new Error(`${path} has ${clips.length} clips`);
  return clips[0]!;
}

/** Everything of a clip as a turnover prepares it, its samples taken for ACES2065-1 so that no colour comes between. */
export function prepared(clip: InspectedClip, folder: string, recipe = 'vfx-plates'): PreparedPlate {
  const objects = clip.files.map(({ path }) => ({
    path,
    object: { site: 's', bucket: 'b', key: join(folder, path), sizeBytes: 1, xxh128: '0'.repeat(32) },
  }));
  const rate = clip.fields.frameRate?.value ?? { num: 24, den: 1 };
  const fields = { ...clip.fields, frameRate: { value: rate } } as InspectedClip['fields'];
  const source: ClipSource = {
    clipId: clip.clipName,
    clip: { ...clip, fields },
    objects,
    cameraFormat: { inputColorSpace: 'ACES2065-1' },
  };
  const range = { first: 0, last: Number(clip.fields.frameCount?.value) - 1 };
  const plate = { ...makePlannedPlate(), clipName: clip.clipName, sourceFrames: range, cutFrames: range };
  return preparePlate({
    turnover: 't',
    plate,
    source,
    recipe: findRecipe(recipe),
    amfs: [],
    fingerprint: {},
  });
}

/** What the engine makes of some frames of a job, and where. */
export async function made(job: SegmentJob, frames: { first: number; last: number }, folder: string) {
  const sources = job.sources.map(({ name, frame, key }) => ({
    name,
    location: key!,
    ...(frame === undefined ? {} : { frame }),
  }));
  const workDir = mkdtempSync(join(folder, 'made-'));
  const signal = new AbortController().signal;
  return engine.render({ ...job, frames }, sources, workDir, { signal, progress: () => {} });
}

/** The picture of one frame of a job, made alone. */
export async function plateOf(job: SegmentJob, frame: number, folder: string): Promise<Picture> {
  const { frames } = await made(job, { first: frame, last: frame }, folder);
  return readPicture(frames[0]!.file);
}

/** Frame `frame` of a movie as stored, found by decoding all before it; `filters` come after the conversion to R′G′B′. */
export function storedFrame(
  file: string,
  frame: number,
  size: { width: number; height: number },
  filters: string[] = [],
): Picture {
  const rgb = 'zscale=matrixin=709:rangein=limited:matrix=gbr:range=full,format=gbrpf32le';
  const chain = [`select=eq(n\\,${frame})`, rgb, ...filters].join(',');
  const bytes = execFileSync(
    toolPath('ffmpeg'),
    [
      ...['-v', 'error', '-noautorotate', '-skip_alpha', '1', '-i', file, '-map', '0:v:0'],
      ...['-vf', chain, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    ],
    { maxBuffer: 1 << 28 },
  );
  return fromPlanes(new Float32Array(new Uint8Array(bytes).buffer), size);
}

/** Every frame of a movie as stored, in the order in which they are shown. */
export function storedFrames(file: string, size: { width: number; height: number }): Picture[] {
  const args = ['-v', 'error', '-noautorotate', '-skip_alpha', '1', '-i', file, '-map', '0:v:0'];
  const rgb = 'zscale=matrixin=709:rangein=limited:matrix=gbr:range=full,format=gbrpf32le';
  const bytes = execFileSync(
    toolPath('ffmpeg'),
    [...args, '-vf', rgb, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
    { maxBuffer: 1 << 28 },
  );
  const planes = new Float32Array(new Uint8Array(bytes).buffer);
  const length = size.width * size.height * 3;
  return Array.from({ length: planes.length / length }, (_, at) =>
    fromPlanes(planes.subarray(at * length, (at + 1) * length), size),
  );
}

/** Float planes G, B, R as a picture. */
function fromPlanes(planes: Float32Array, { width, height }: { width: number; height: number }): Picture {
  const count = width * height;
  if (planes.length !== count * 3) throw new Error(`${planes.length} samples are not ${width}x${height}`);
  const pixels = new Float32Array(count * 3);
  for (let at = 0; at < count; at++) {
    pixels[at * 3] = planes[2 * count + at]!;
    pixels[at * 3 + 1] = planes[at]!;
    pixels[at * 3 + 2] = planes[count + at]!;
  }
  return { width, height, pixels };
}

/** Mean of the absolute differences of two pictures; infinite where their sizes differ. */
export function meanDifference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  return a.pixels.reduce((sum, value, at) => sum + Math.abs(value - b.pixels[at]!), 0) / a.pixels.length;
}

/** Runs one of the programs and gives its output. */
export function run(tool: 'ffmpeg' | 'ffprobe' | 'oiiotool', ...args: string[]): string {
  return execFileSync(toolPath(tool), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A picture of values from 0 to 1 in which no two corners look alike, written as a PFM; `frame` changes its blue. */
export function ramps(width: number, height: number, frame: number): Picture {
  const pixels = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      pixels.set(
        [0.1 + (0.8 * x) / width, 0.1 + (0.8 * y) / height, ((x + y + frame * 10) % 64) / 64],
        (y * width + x) * 3,
      );
  return { width, height, pixels };
}

/** PFM, bottom row first. */
export function pfmOf({ width, height, pixels }: Picture): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from(pixels.slice((height - 1 - y) * width * 3, (height - y) * width * 3).buffer),
  );
  return Buffer.concat([Buffer.from(`PF\n${width} ${height}\n-1.0\n`), ...rows]);
}
