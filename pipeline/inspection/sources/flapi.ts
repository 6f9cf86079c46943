import { numberOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { dig, type Source } from './source.ts';

/** Codes of drop-frame rates in a timecode of the interface. Source: FLAPI JSON page, "timecode": -30 and -31. */
const DROP_RATES = new Set(['-30', '-31']);

/**
 * What FilmLight's software says of a file that free tools cannot decode. Beside a maker's own header it confirms; where nothing
 * else reads the file it is all there is. Source: FLAPI 5.3, class SequenceDescriptor: frames are inclusive, a movie's start at 0.
 */
export const flapi: Source = {
  tool: 'flapi',
  confidence: 0.6,
  read(output: unknown, readings: Readings): void {
    const [width, height] = [numberOf(dig(output, 'width')), numberOf(dig(output, 'height'))];
    if (width && height) readings.add('imageSize', 'get_width, get_height', { width, height });
    const [first, last] = [numberOf(dig(output, 'startFrame')), numberOf(dig(output, 'endFrame'))];
    // Of a sequence one file was asked about.
    if (dig(output, 'isMovie') === 1 && first !== null && last !== null && last >= first)
      readings.add('frameCount', 'get_end_frame', last - first + 1);
    readings.add('reelName', 'get_tape', dig(output, 'tape'));
    const timecode = timecodeOf(dig(output, 'startTimecode'));
    if (timecode) readings.add('startTimecode', 'get_start_timecode', timecode, { raw: timecode.text });
  },
};

function timecodeOf(value: unknown): { place: 'header'; text: string; dropFrame: boolean } | null {
  const parts = ['h', 'm', 's', 'f'].map((part) => numberOf(dig(value, part)));
  if (parts.some((part) => part === null)) return null;
  const dropFrame = DROP_RATES.has(String(dig(value, 'fps')));
  const [h, m, s, f] = parts.map((part) => String(part).padStart(2, '0'));
  return { place: 'header', text: `${h}:${m}:${s}${dropFrame ? ';' : ':'}${f}`, dropFrame };
}
