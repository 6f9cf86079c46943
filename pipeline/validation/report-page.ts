import type { Judgement } from './judge.ts';
import type { ComparedPicture } from './picture.ts';
import { encodePng } from './png.ts';

/** A set of frames: what people call it, and what it cost where that is known. */
export type Side = {
  name: string;
  versions: Record<string, string>;
  performance: Performance | null;
  pictures: ComparedPicture[];
};
export type Performance = { framesPerSecond: number; cpuSecondsPerFrame: number; peakMemoryBytes: number };

const WIDEST = 480;
/** ΔE ITP that is white in the difference map. */
const FULL = 10;

/** The verdict as a page that stands alone: each frame of both sides, and where they differ. */
export function reportPage(title: string, a: Side, b: Side, judgement: Judgement): string {
  const faults = judgement.faults.map(
    ({ code, frame, forPeople }) =>
      `<li><b>${escaped(code)}</b> ${frame === null ? '' : `frame ${frame}: `}${escaped(forPeople)}</li>`,
  );
  const frames = judgement.frames.map(({ frame, difference }) => {
    const [x, y] = [a, b].map(({ pictures }) => pictures.find((each) => each.frame === frame)!) as [
      ComparedPicture,
      ComparedPicture,
    ];
    const figures = difference
      ? `ΔE ITP max ${difference.deltaItp.max.toFixed(3)}, mean ${difference.deltaItp.mean.toFixed(3)}, p99 ${difference.deltaItp.p99.toFixed(3)}; codes max ${difference.codeValues.max.toFixed(2)}`
      : '';
    const map = difference ? image('difference map', x, (k) => grey((255 * difference.map[k]!) / FULL)) : '';
    return `<h2>Frame ${frame}</h2><p>${figures}</p><div>${image(a.name, x, shown(x))}${image(b.name, y, shown(y))}${map}</div>`;
  });
  const cost = [a, b].map(
    ({ name, performance: p }) =>
      `<li>${escaped(name)}: ${p ? `${p.framesPerSecond.toFixed(2)} frames/s, ${p.cpuSecondsPerFrame.toFixed(2)} CPU s a frame, ${Math.round(p.peakMemoryBytes / 1e6)} MB at most` : 'frames as given'}</li>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px system-ui;margin:2em;background:#222;color:#ddd}figure{display:inline-block;margin:4px}img{display:block}</style>
<h1>${escaped(title)}: ${judgement.passed ? 'passed' : 'not passed'}</h1><ul>${faults.join('')}</ul><ul>${cost.join('')}</ul>${frames.join('\n')}</html>\n`;
}

function image(
  caption: string,
  { width, height }: ComparedPicture,
  colourAt: (pixel: number) => readonly number[],
): string {
  const step = Math.max(1, Math.ceil(width / WIDEST));
  const [w, h] = [Math.floor(width / step), Math.floor(height / step)];
  const rgb = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) rgb.set(colourAt(y * step * width + x * step), 3 * (y * w + x));
  const data = encodePng(w, h, rgb).toString('base64');
  return `<figure><img alt="${escaped(caption)}" src="data:image/png;base64,${data}"><figcaption>${escaped(caption)}</figcaption></figure>`;
}

/** A plain view for orientation: square root of the light; not a display transform. */
function shown({ pixels }: ComparedPicture): (pixel: number) => readonly number[] {
  return (pixel) =>
    [0, 1, 2].map((channel) => byte(255 * Math.sqrt(Math.max(0, pixels[3 * pixel + channel]!))));
}

function grey(value: number): readonly number[] {
  return [byte(value), byte(value), byte(value)];
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
