import type { Thresholds } from '../../schemas/engine.ts';
import type { Judgement } from './judge.ts';
import { encodePng } from './png.ts';
import type { Comparison } from './verdict.ts';
import type { View } from './views.ts';

/** The verdict as a page that stands alone: by camera format the figures, and each frame of both sides with where they differ. */
export function reportPage(comparisons: readonly Comparison[], limits: Thresholds): string {
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
<p><small>${limitsInWords(limits)} Compared in ACES2065-1 as the files are; shown as the square root of the light, for orientation: no display transform.</small></p>
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
  return `<h2>${escaped(cameraFormat.label)}</h2><ul>${told(judgement.faults).join('')}</ul>${notes}<ul>${cost.join('')}</ul>${judgement.frames.map((each) => frameSection([a.name, b.name], each, judgement.faults)).join('\n')}`;
}

function frameSection(
  [first, second]: readonly [string, string],
  { frame, difference, isWithin, views }: Judgement['frames'][number],
  faults: Judgement['faults'],
): string {
  const figures = difference
    ? `ΔE ITP max ${difference.deltaItp.max.toFixed(3)}, mean ${difference.deltaItp.mean.toFixed(3)}, p99 ${difference.deltaItp.p99.toFixed(3)}; codes max ${difference.codeValues.max.toFixed(2)}`
    : 'not compared: of another size';
  const { a, b, map } = views;
  const where = map ? image(`difference, white is ${map.full.toFixed(2)} ΔE ITP and more`, map) : '';
  const own = [...new Set(faults.filter((each) => each.frame === frame).map(({ code }) => code))];
  const words = own.join(', ') || (isWithin ? 'within the limits' : 'beyond the limits');
  const verdict = `<span class="${isWithin && own.length === 0 ? 'good' : 'bad'}">${escaped(words)}</span>`;
  return `<h3>Frame ${frame}: ${verdict}</h3><p>${figures}</p><div>${image(sized(first, a), a)}${image(sized(second, b), b)}${where}</div>`;
}

/** A picture's caption: whose it is, and how large it is in truth. */
function sized(name: string, { source }: View): string {
  return `${name}, ${source.width}x${source.height}`;
}

/** What the figures are held against; codes are those of a grader's log picture. */
function limitsInWords({ deltaItp, codeValues }: Thresholds): string {
  return `Limits: ΔE ITP max ${deltaItp.max}, mean ${deltaItp.mean}, 99 % within ${deltaItp.p99}; ten-bit ACEScct codes max ${codeValues.max}, mean ${codeValues.mean}, 99 % within ${codeValues.p99}.`;
}

function image(caption: string, { width, height, rgb }: View): string {
  const data = encodePng(width, height, rgb).toString('base64');
  return `<figure><img alt="${escaped(caption)}" src="data:image/png;base64,${data}"><figcaption>${escaped(caption)}</figcaption></figure>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
