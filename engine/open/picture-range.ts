import { PipelineError } from '../../schemas/failure.ts';
import type { PictureAt } from '../engine.ts';
import { FFMPEG_QUIET, reach } from '../tools/ffmpeg.ts';
import { oiiotoolStart } from '../tools/oiiotool.ts';
import { withPlainPath } from '../tools/plain-path.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

const TIMEOUT_MS = 60_000;
/** Samples across a thumbnail: enough to tell a picture from none. */
const THUMBNAIL = 'scale=64:-2:flags=area,format=gray16le';

/**
 * The darkest and the brightest sample of one picture: of OpenEXR its light as stored, of all else a small grey thumbnail
 * from 0 to 1, decoded by another way than plates are. Null when that program cannot read it.
 * @throws PipelineError tool-missing, tool-stalled
 */
export async function pictureRange(
  tools: ToolPaths,
  picture: PictureAt,
  signal: AbortSignal,
): Promise<{ min: number; max: number } | null> {
  try {
    return await withPlainPath(picture.location, (location) => {
      const plain = { ...picture, location };
      return plain.isExr ? lightRange(tools, plain, signal) : greyRange(tools, plain, signal);
    });
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'tool-failed') return null;
    throw error;
  }
}

async function lightRange(tools: ToolPaths, { location }: PictureAt, signal: AbortSignal) {
  const { stdout } = await runProgram({
    tool: 'oiiotool',
    path: requireTool(tools, 'oiiotool'),
    args: [...oiiotoolStart(1), location, '--ch', '0,1,2', '--printstats'],
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  const text = stdout.toString('utf8');
  const numbers = (name: string) =>
    (new RegExp(`Stats ${name}: +([^(\\n]*)`).exec(text)?.[1] ?? '').trim().split(/\s+/).map(Number);
  const [low, high] = [numbers('Min'), numbers('Max')];
  if ([...low, ...high].some((value) => !Number.isFinite(value))) return null;
  return { min: Math.min(...low), max: Math.max(...high) };
}

async function greyRange(tools: ToolPaths, { location, movie }: PictureAt, signal: AbortSignal) {
  const start = movie ? reach(movie.frame, movie.frameRate, movie.frameTimes) : { seek: [], filters: [] };
  const { stdout } = await runProgram({
    tool: 'ffmpeg',
    path: requireTool(tools, 'ffmpeg'),
    args: [
      ...FFMPEG_QUIET.filter((word) => word !== '-noauto_conversion_filters'),
      ...[...start.seek, '-i', location, '-map', '0:v:0', '-frames:v', '1'],
      ...['-vf', [...start.filters, THUMBNAIL].join(','), '-f', 'rawvideo', 'pipe:1'],
    ],
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (stdout.length < 2) return null;
  const range = { min: 1, max: 0 };
  for (let at = 0; at + 1 < stdout.length; at += 2) {
    const value = stdout.readUInt16LE(at) / 65535;
    range.min = Math.min(range.min, value);
    range.max = Math.max(range.max, value);
  }
  return range;
}
