import { networkArguments } from '../tools/ffmpeg.ts';
import type { RenderRun } from './render-run.ts';

/**
 * Fields of a file's first video stream, read from its index: nothing is decoded.
 * @param fields of ffprobe's `stream` section, e.g. `nb_frames`
 * @returns what of them the file tells; empty for one without pictures
 * @throws PipelineError tool-failed, tool-stalled
 */
export async function probeStream(
  run: Pick<RenderRun, 'job' | 'run'>,
  location: string,
  fields: readonly string[],
): Promise<Record<string, unknown>> {
  const { stdout } = await run.run('ffprobe', {
    args: [
      ...['-v', 'error', '-select_streams', 'v:0', '-of', 'json'],
      ...['-show_entries', `stream=${fields.join(',')}`],
      ...[...networkArguments(location, run.job.decode.codec), location],
    ],
  });
  const { streams } = JSON.parse(stdout.toString('utf8')) as { streams?: Record<string, unknown>[] };
  return streams?.[0] ?? {};
}
