import { PipelineError } from '../../schemas/failure.ts';
import type { Rational } from '../../schemas/rational.ts';
import type { MovieOutput } from '../../schemas/segment-job.ts';
import { escapeFilterValue } from '../tools/ffmpeg.ts';

type BurnIn = MovieOutput['burnIns'][number];

/** Distance of a burn-in from the picture's edges, as a share of its width and height: inside title-safe of most monitors. */
const MARGIN = 0.02;
/** Height of the letters as a share of the picture height. */
const LETTERS = 1 / 27;

/**
 * One text filter per burn-in. Text is taken as it is, without FFmpeg's own expansion.
 * @param fontFile a monospaced font, so that a running timecode does not jitter
 * @throws PipelineError input-invalid for a burn-in without content
 */
export function burnInFilters(output: MovieOutput, rate: Rational, fontFile: string): string[] {
  return output.burnIns.map((burnIn) => {
    const { vertical, horizontal } = position(burnIn.place);
    const options = [
      `fontfile=${escapeFilterValue(fontFile)}`,
      ...content(burnIn, rate),
      'expansion=none',
      `fontsize=${Math.max(8, Math.round(output.size.height * LETTERS))}`,
      'fontcolor=white',
      'box=1',
      'boxcolor=black@0.5',
      `boxborderw=${Math.max(2, Math.round(output.size.height * 0.006))}`,
      `x=${horizontal}`,
      `y=${vertical}`,
    ];
    return `drawtext=${options.join(':')}`;
  });
}

function content(burnIn: BurnIn, rate: Rational): string[] {
  if (burnIn.timecode !== undefined)
    return [
      `timecode=${escapeFilterValue(burnIn.timecode)}`,
      `timecode_rate=${rate.num}/${rate.den}`,
      ...(burnIn.text === undefined ? [] : [`text=${escapeFilterValue(`${burnIn.text} `)}`]),
    ];
  if (burnIn.text === undefined || burnIn.text === '')
    throw new PipelineError('input-invalid', `a burn-in at ${burnIn.place} has neither text nor timecode`, {
      burnIn,
    });
  return [`text=${escapeFilterValue(burnIn.text)}`];
}

function position(place: BurnIn['place']): { vertical: string; horizontal: string } {
  const [row, column] = place.split('-');
  const horizontal = { left: `w*${MARGIN}`, center: '(w-text_w)/2', right: `w-text_w-w*${MARGIN}` }[column!]!;
  const vertical = row === 'top' ? `h*${MARGIN}` : `h-text_h-h*${MARGIN}`;
  return { vertical, horizontal };
}
