import type { ReferenceAt, ViewedFrame } from '../engine.ts';
import { FFMPEG_QUIET, reach } from '../tools/ffmpeg.ts';
import { withPlainPath } from '../tools/plain-path.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

const TIMEOUT_MS = 120_000;

/**
 * Pictures of a still or of a run of a movie as a display shows them: full-range R′G′B′ codes from 0 to 1, in square
 * pixels, scaled to `width`. Fewer come back where the movie ends earlier.
 * @throws PipelineError tool-missing, tool-failed, tool-stalled
 */
export async function viewFrames(
  tools: ToolPaths,
  reference: ReferenceAt,
  width: number,
  signal: AbortSignal,
): Promise<ViewedFrame[]> {
  return withPlainPath(reference.location, (location) =>
    viewPlain(tools, { ...reference, location }, width, signal),
  );
}

async function viewPlain(
  tools: ToolPaths,
  reference: ReferenceAt,
  width: number,
  signal: AbortSignal,
): Promise<ViewedFrame[]> {
  const { location, movie } = reference;
  const start = movie ? reach(movie.first, movie.frameRate, movie.frameTimes) : { seek: [], filters: [] };
  const { stdout } = await runProgram({
    tool: 'ffmpeg',
    path: requireTool(tools, 'ffmpeg'),
    args: [
      ...FFMPEG_QUIET,
      ...[...start.seek, '-i', location, '-map', '0:v:0', '-an', '-frames:v', String(movie?.count ?? 1)],
      // Each picture once: FFmpeg would repeat some to fill gaps between their times.
      ...['-fps_mode', 'passthrough'],
      ...[
        '-vf',
        [...start.filters, filters(reference, width)].join(','),
        '-f',
        'image2pipe',
        '-c:v',
        'ppm',
        'pipe:1',
      ],
    ],
    timeoutMs: TIMEOUT_MS,
    maxStdoutBytes: 512 * 2 ** 20,
    signal,
  });
  return picturesIn(stdout).map((picture, k) => ({ ...picture, frame: (movie?.first ?? 0) + k }));
}

/** An untagged movie is Rec.709 in limited range; a JPEG has no other form than T.871's. */
function filters({ signal }: ReferenceAt, width: number): string {
  const toRgb = {
    rgb: 'format=gbrp16le',
    jpeg: 'zscale=matrixin=170m:rangein=full:matrix=gbr:range=full:dither=none,format=gbrp16le',
    video: 'zscale=matrixin=709:rangein=limited:matrix=gbr:range=full:dither=none,format=gbrp16le',
    'full-video': 'zscale=matrixin=709:rangein=full:matrix=gbr:range=full:dither=none,format=gbrp16le',
  }[signal];
  const start = signal === 'rgb' ? 'scale=flags=accurate_rnd' : 'null';
  return `${start},${toRgb},scale=w=${width}:h='max(2,2*round(ih/(iw*if(sar,sar,1))*${width}/2))':flags=area,setsar=1,format=rgb48be`;
}

/** Sixteen-bit PPMs one after the other. Source: Netpbm, ppm(5). */
function picturesIn(bytes: Buffer): Omit<ViewedFrame, 'frame'>[] {
  const pictures: Omit<ViewedFrame, 'frame'>[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = /^P6\s+(\d+)\s+(\d+)\s+65535\s/.exec(bytes.subarray(at, at + 64).toString('latin1'));
    if (head === null) throw new Error('ffmpeg wrote something else than a 16-bit PPM');
    const [width, height] = [Number(head[1]), Number(head[2])];
    const start = at + head[0].length;
    at = start + 6 * width * height;
    const pixels = new Float32Array(3 * width * height);
    for (let k = 0; k < pixels.length; k++) pixels[k] = bytes.readUInt16BE(start + 2 * k) / 65535;
    pictures.push({ width, height, pixels });
  }
  return pictures;
}
