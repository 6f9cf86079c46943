import type { Judgement } from './judge.ts';
import type { ComparedPicture } from './picture.ts';
import { encodePng } from './png.ts';
import type { Comparison, Side } from './verdict.ts';

const WIDEST = 480;
/** ΔE ITP that is white in the difference map at least: below, nobody sees anything. */
const LEAST_FULL = 1;

/** The verdict as a page that stands alone: by camera format the figures, and each frame of both sides with where they differ. */
export function reportPage(comparisons: readonly Comparison[]): string {
  const passed = comparisons.every(({ judgement }) => judgement.passed);
  const { a, b } = comparisons[0]!;
  const title = `${b.name} against ${a.name}`;
  const rows = comparisons.map(({ cameraFormat, judgement }) => {
    const { deltaItp, codeValues } = judgement.worst;
    const figures = [deltaItp.max, deltaItp.mean, deltaItp.p99, codeValues.max].map((each) =>
      each.toFixed(3),
    );
    return `<tr><td>${escaped(cameraFormat.label)}</td><td class="${judgement.passed ? 'good' : 'bad'}">${judgement.passed ? 'passed' : 'not passed'}</td><td>${judgement.frames.length}</td>${figures.map((each) => `<td>${each}</td>`).join('')}</tr>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<style>body{font:15px system-ui;margin:2em;background:#222;color:#ddd}figure{display:inline-block;margin:4px}img{display:block;max-width:30vw}table{border-collapse:collapse}td,th{padding:.3em .8em;text-align:left;border-bottom:1px solid #555}.good{color:#7d7}.bad{color:#f77}</style></head><body>
<h1>${escaped(title)}: <span class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'not passed'}</span></h1>
<table><tr><th>camera format</th><th></th><th>frames</th><th>ΔE ITP max</th><th>mean</th><th>99 %</th><th>codes max</th></tr>${rows.join('')}</table>
${comparisons.map(section).join('\n')}</body></html>\n`;
}

function section({ cameraFormat, a, b, judgement }: Comparison): string {
  const told = (faults: Judgement['faults']) =>
    faults.map(
      ({ code, frame, forPeople }) =>
        `<li><b>${escaped(code)}</b> ${frame === null ? '' : `frame ${frame}: `}${escaped(forPeople)}</li>`,
    );
  const cost = [a, b].map(({ name, versions, performance: p }) => {
    const figures = p
      ? `${p.framesPerSecond.toFixed(2)} frames/s, ${p.cpuSecondsPerFrame.toFixed(2)} CPU s a frame, ${Math.round(p.peakMemoryBytes / 1e6)} MB at most`
      : 'frames as given';
    const made = Object.entries(versions).map(([part, is]) => `${part} ${is}`);
    return `<li>${escaped(name)}: ${figures}${made.length > 0 ? ` <small>(${escaped(made.join(', '))})</small>` : ''}</li>`;
  });
  const notes =
    judgement.notes.length > 0 ? `<p>Told, not counted:</p><ul>${told(judgement.notes).join('')}</ul>` : '';
  return `<h2>${escaped(cameraFormat.label)}</h2><ul>${told(judgement.faults).join('')}</ul>${notes}<ul>${cost.join('')}</ul>${judgement.frames.map((each) => frameSection(a, b, each)).join('\n')}`;
}

function frameSection(a: Side, b: Side, { frame, difference }: Judgement['frames'][number]): string {
  const [x, y] = [a, b].map(({ pictures }) => pictures.find((each) => each.frame === frame)!) as [
    ComparedPicture,
    ComparedPicture,
  ];
  const figures = difference
    ? `ΔE ITP max ${difference.deltaItp.max.toFixed(3)}, mean ${difference.deltaItp.mean.toFixed(3)}, p99 ${difference.deltaItp.p99.toFixed(3)}; codes max ${difference.codeValues.max.toFixed(2)}`
    : '';
  // The range of grey for nearly all there is: measured by its largest, one spark would make the rest black.
  const full = Math.max(LEAST_FULL, difference?.deltaItp.p99 ?? 0);
  const map = difference
    ? image(
        `difference, white is ${full.toFixed(2)} ΔE ITP and more`,
        x,
        (k) => grey((255 * difference.map[k]!) / full),
        'brightest',
      )
    : '';
  return `<h3>Frame ${frame}</h3><p>${figures}</p><div>${image(a.name, x, shown(x))}${image(b.name, y, shown(y))}${map}</div>`;
}

function image(
  caption: string,
  { width, height }: ComparedPicture,
  colourAt: (pixel: number) => readonly number[],
  shrink: 'first' | 'brightest' = 'first',
): string {
  const step = Math.max(1, Math.ceil(width / WIDEST));
  const [w, h] = [Math.floor(width / step), Math.floor(height / step)];
  const rgb = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = y * step * width + x * step;
      rgb.set(shrink === 'first' ? colourAt(at) : brightestOf(at, step, width, colourAt), 3 * (y * w + x));
    }
  const data = encodePng(w, h, rgb).toString('base64');
  return `<figure><img alt="${escaped(caption)}" src="data:image/png;base64,${data}"><figcaption>${escaped(caption)}</figcaption></figure>`;
}

/** Of a block of pixels that become one: a line one pixel wide must not fall between those that are kept. */
function brightestOf(
  at: number,
  step: number,
  width: number,
  colourAt: (pixel: number) => readonly number[],
): readonly number[] {
  let best: readonly number[] = [0, 0, 0];
  for (let k = 0; k < step * step; k++) {
    const colour = colourAt(at + Math.floor(k / step) * width + (k % step));
    if (colour[0]! > best[0]!) best = colour;
  }
  return best;
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
