import type { ResolvedSource } from '../engine.ts';
import { isUrl } from '../tools/url-location.ts';
import { decoderOf } from './decode-frames.ts';
import { readRawFrames } from './develop-frames.ts';
import { spanWith } from './movie-spans.ts';
import { probeStream } from './probe-stream.ts';
import type { RenderRun } from './render-run.ts';
import { frameSource, localFile } from './source-files.ts';

/** What decides how a stream is decoded. Source: `ffprobe -show_streams`. */
const STREAM_FIELDS = [
  'codec_name',
  'profile',
  'codec_tag_string',
  'width',
  'height',
  'pix_fmt',
  'bits_per_raw_sample',
  'chroma_location',
  'field_order',
];

/**
 * What a source is beyond what its job says of it: sample format, chroma sites, sensor levels. Two clips of one recipe
 * and one signature go through the same arithmetic.
 */
export async function sourceSignature(run: RenderRun, frame: number): Promise<string> {
  if (decoderOf(run.job) === 'raw') {
    const [raw] = await readRawFrames(run, [frame]);
    const { pictureOffset: _, ...tags } = raw!.tags;
    return JSON.stringify(tags);
  }
  const location =
    run.job.decode.container === 'sequence'
      ? await locationOf(run, frameSource(run.sources, frame))
      : (await spanWith(run, [frame])).source.location;
  return JSON.stringify(await probeStream(run, location, STREAM_FIELDS));
}

/** Of a frame that is only there by URL the beginning is enough. */
function locationOf({ scratch, signal }: RenderRun, source: ResolvedSource): Promise<string> | string {
  return isUrl(source.location) ? source.location : localFile(source, scratch, signal);
}
