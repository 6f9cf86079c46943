import { PipelineError } from '../../schemas/failure.ts';
import { runProgram } from './run-program.ts';
import type { ToolAnswer } from './tool-answer.ts';

/**
 * Demuxers that camera files need. Left out on purpose: playlists, concat and everything else through which a file on a card could
 * make the prober open another file or address. Source: `ffmpeg -demuxers`.
 */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,mxf,mpegts,mpeg,mpegvideo,cine,mlv,avi,matroska,webm,wav,w64,aiff,r3d,dv,h264,hevc,dpx_pipe,exr_pipe,tiff_pipe,jpeg_pipe,png_pipe,j2k_pipe';
/** A hostile file ends here; a header takes a fraction of a second, and on a machine that does much else many times that. */
const PROBE_TIMEOUT_MS = 120_000;

/**
 * What ffprobe says of a file or URL: streams and format as its JSON. A file it can't read is an answer with `error`.
 * @throws PipelineError tool-missing; the abort reason
 */
export async function ffprobe(path: string, location: string, signal?: AbortSignal): Promise<ToolAnswer> {
  const started = performance.now();
  const run = runProgram({
    tool: 'ffprobe',
    path,
    args: [
      '-hide_banner',
      '-loglevel',
      'error',
      '-print_format',
      'json',
      '-show_program_version',
      '-show_format',
      '-show_streams',
      '-protocol_whitelist',
      'file,http,https,tcp,tls',
      '-format_whitelist',
      FORMATS,
      '-i',
      location.startsWith('http') ? location : `file:${location}`,
    ],
    timeoutMs: PROBE_TIMEOUT_MS,
    maxStdoutBytes: 16 * 1024 * 1024,
    goodExitCodes: 'any',
    ...(signal ? { signal } : {}),
  });
  const answer = { tool: 'ffprobe', version: 'unknown', output: null as unknown };
  try {
    const result = await run;
    const output = JSON.parse(result.stdout.toString('utf8') || '{}') as {
      program_version?: { version?: string };
      streams?: unknown;
      format?: Record<string, unknown>;
    };
    answer.version = output.program_version?.version ?? 'unknown';
    if (output.format !== undefined) {
      // The name it was asked by may be a presigned URL: a key to the footage, and no fact of the file.
      const { filename: _, ...format } = output.format;
      answer.output = { streams: output.streams, format };
    }
    const durationMs = performance.now() - started;
    if (result.exitCode === 0 && output.format !== undefined) return { ...answer, durationMs };
    return {
      ...answer,
      durationMs,
      error: lastWords(result.stderrTail) || `exit code ${result.exitCode}`,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PipelineError && error.code === 'tool-missing') throw error;
    return {
      ...answer,
      durationMs: performance.now() - started,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

/** The last line of what it said, without the name of the file it was asked by. */
function lastWords(stderr: string): string {
  return (stderr.trim().split('\n').at(-1) ?? '').replace(/^(file|https?):\S+(: | )/, '');
}
