import type { Rational } from '../../schemas/rational.ts';
import { requireTool } from '../tools/require-tool.ts';
import { runProgram } from '../tools/run-program.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

/** A stored picture: which frame it is by its time, whether it stands by itself, and the digest of its bytes. */
export type MoviePacket = { frame: number; isKey: boolean; md5: string };

const STALL_MS = 120_000;

/**
 * The picture packets of a movie in stored order; nothing is decoded.
 * @param range from this time on, so many packets; null for all of them
 * @throws PipelineError tool-missing, tool-failed, tool-stalled
 */
export async function picturePackets(
  tools: ToolPaths,
  location: string,
  rate: Rational,
  range: { seconds: string; count: number } | null,
  signal: AbortSignal,
): Promise<MoviePacket[]> {
  const { stdout } = await runProgram({
    tool: 'ffprobe',
    path: requireTool(tools, 'ffprobe'),
    args: [
      ...['-v', 'error', '-select_streams', 'v:0', '-show_packets', '-show_data_hash', 'md5'],
      ...['-show_entries', 'packet=pts_time,flags,data_hash', '-of', 'csv=p=0:nk=1'],
      ...(range === null ? [] : ['-read_intervals', `${range.seconds}%+#${range.count}`]),
      ...['-i', location],
    ],
    signal,
    stallAfterMs: STALL_MS,
  });
  return stdout
    .toString('utf8')
    .split('\n')
    .flatMap((line) => packetOf(line, rate));
}

function packetOf(line: string, rate: Rational): MoviePacket[] {
  const [time, flags, hash] = line.split(',');
  if (time === undefined || flags === undefined || hash === undefined) return [];
  const frame = Math.round((Number(time) * rate.num) / rate.den);
  return [{ frame, isKey: flags.includes('K'), md5: hash }];
}
