import { z } from 'zod';
import { PipelineError } from '../../schemas/failure.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { TrimJob } from '../../schemas/trim.ts';
import { ffprobe } from '../tools/ffprobe.ts';
import { requireTool } from '../tools/require-tool.ts';
import type { ToolPaths } from '../tools/tool-paths.ts';

/** What a movie is made of, as far as a cut must make it again. */
export type MovieLayout = {
  container: 'mov' | 'mxf';
  /** Codec of each sound stream, as FFmpeg names it. */
  sound: string[];
  /** Reel or tape as the file itself names it; null when it names none. */
  reelName: string | null;
};

const Tags = z.record(z.string(), z.string()).default({});
const Stream = z.looseObject({
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  codec_tag_string: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  start_time: z.string().optional(),
  disposition: z.record(z.string(), z.number()).default({}),
  tags: Tags,
});
const Probed = z.looseObject({
  streams: z.array(Stream),
  format: z.looseObject({ format_name: z.string(), tags: Tags }),
});
type Stream = z.infer<typeof Stream>;

/**
 * Reads how a movie is built, or says why a part of it cannot be written in the same form: only one picture stream of
 * one rate, with sound and timecode, is made again without loss; camera data in streams of their own would be lost.
 * @throws PipelineError tool-missing, tool-failed when the file cannot be read
 */
export async function movieLayout(
  tools: ToolPaths,
  location: string,
  { clip, source }: TrimJob,
  signal: AbortSignal,
): Promise<MovieLayout | { cannot: string }> {
  const answer = await ffprobe(requireTool(tools, 'ffprobe'), location, signal);
  if (answer.error !== undefined)
    throw new PipelineError('tool-failed', `ffprobe could not read ${source.name}: ${answer.error}`, {
      tool: 'ffprobe',
    });
  const { streams, format } = Probed.parse(answer.output);
  const container = containerOf(format);
  if (container === null)
    return { cannot: `its form «${format.format_name}» cannot be written again as it is` };
  const pictures = streams.filter(({ codec_type }) => codec_type === 'video');
  const [picture] = pictures;
  if (picture === undefined || pictures.length > 1)
    return { cannot: `it has ${pictures.length} picture streams; one is expected` };
  const other = streams.find((stream) => !isKept(stream));
  if (other !== undefined) {
    const name = other.codec_name ?? other.codec_tag_string ?? 'unknown';
    return { cannot: `it has a data stream (${name}) that a cut would lose` };
  }
  const rate = `${clip.frameRate.num}/${clip.frameRate.den}`;
  for (const said of [picture.avg_frame_rate, picture.r_frame_rate])
    if (!isRate(said, clip.frameRate))
      return { cannot: `its frames follow at ${said ?? 'no rate'} and not at ${rate}` };
  const late = streams.find(({ start_time }) => start_time !== undefined && Number(start_time) !== 0);
  if (late !== undefined) return { cannot: `a stream of it begins at ${late.start_time} s and not at 0` };
  const reels = streams.map(({ tags }) => tags.reel_name).concat(format.tags.reel_name);
  return {
    container,
    sound: streams
      .filter(({ codec_type }) => codec_type === 'audio')
      .map(({ codec_name }) => codec_name ?? ''),
    reelName: reels.find((name) => name !== undefined) ?? null,
  };
}

function isKept({ codec_type, codec_tag_string }: Stream): boolean {
  return (
    codec_type === 'video' || codec_type === 'audio' || (codec_type === 'data' && codec_tag_string === 'tmcd')
  );
}

/** MP4 and QuickTime are one family of files; only the latter holds a timecode track that others read. */
function containerOf(format: z.infer<typeof Probed>['format']): MovieLayout['container'] | null {
  const names = format.format_name.split(',');
  if (names.includes('mxf')) return 'mxf';
  const brand = (format.tags.major_brand ?? 'qt').trim();
  return names.includes('mov') && brand === 'qt' ? 'mov' : null;
}

function isRate(text: string | undefined, rate: Rational): boolean {
  const [num, den] = (text ?? '').split('/').map(Number);
  return num !== undefined && den !== undefined && num * rate.den === den * rate.num && num > 0;
}
