import type { Finding } from '../../schemas/finding.ts';
import type { PackageReport, ReportedPlate } from './report.ts';

/**
 * The report as one HTML page without scripts or outside references but its thumbnails, for a browser and for print.
 * @param pagePath delivery path of the page, so that thumbnails are named relative to it
 */
export function reportPage(report: PackageReport, pagePath: string): string {
  const up = '../'.repeat(pagePath.split('/').length - 1);
  const { totals } = report;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(report.turnover)}</title><style>${STYLE}</style></head>
<body>
<h1>${escapeHtml(report.turnover)}</h1>
<p>${escapeHtml(report.recipe.name)} (revision ${report.recipe.revision}): ${escapeHtml(report.recipe.description)}. Published ${escapeHtml(report.createdAt)}.</p>
<p><b>${totals.plates}</b> plates, <b>${totals.frames}</b> frames, <b>${gigabytes(totals.bytes)}</b>;
<b class="${totals.errors > 0 ? 'error' : ''}">${totals.errors}</b> errors, <b>${totals.warnings}</b> warnings.</p>
${findingList(report.findings)}
<table>
<thead><tr><th></th><th>plate</th><th>source</th><th>frames</th><th>picture</th><th>findings</th></tr></thead>
<tbody>
${[...report.plates.map((plate) => plateRow(plate, up)), ...report.trims.map(trimRow)].join('\n')}
</tbody>
</table>
<h2>Made with</h2>
<ul>${Object.entries(report.engine)
    .map(([name, version]) => `<li>${escapeHtml(name)} ${escapeHtml(version)}</li>`)
    .join('')}</ul>
</body>
</html>
`;
}

const STYLE =
  'body{font:14px/1.45 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse;width:100%}' +
  'th,td{text-align:left;vertical-align:top;padding:.5em;border-bottom:1px solid #ccc}img{width:160px;display:block}' +
  '.none{width:160px;height:68px;background:#ddd}.error{color:#b00}.warning{color:#960}.info{color:#555}' +
  'ul{padding-left:1.2em}tr{break-inside:avoid}code{font-size:12px}';

function plateRow(plate: ReportedPlate, up: string): string {
  const { frames, handles } = plate;
  const last = frames.firstNumber + frames.count - 1;
  const picture = plate.thumbnail
    ? `<img src="${escapeHtml(up + plate.thumbnail)}" alt="${escapeHtml(plate.plateId)}">`
    : '<div class="none"></div>';
  return `<tr><td>${picture}</td>
<td><b>${escapeHtml(plate.plateId)}</b><br><code>${escapeHtml(plate.folder)}</code><br>${gigabytes(plate.bytes)}</td>
<td>${escapeHtml(plate.clipName)}<br>reel ${escapeHtml(plate.reelName ?? 'unknown')}<br>${escapeHtml(plate.startTimecode ?? 'no timecode')}</td>
<td>${frames.firstNumber}&ndash;${last} (${frames.count})<br>handles ${handles.head} + ${handles.tail}</td>
<td>${plate.size.width}x${plate.size.height}<br>${escapeHtml(plate.framing)}<br>${escapeHtml(plate.colour)}${plate.engine === null || plate.engine === 'open' ? '' : `<br>by ${escapeHtml(plate.engine)}`}</td>
<td>${referenceLines(plate)}${findingList(plate.findings)}</td></tr>`;
}

/** What the comparison with the dailies said, good news too. */
function referenceLines({ references = [] }: ReportedPlate): string {
  return references
    .map(({ file, agrees, deltaItp, slipFrames }) => {
      const place =
        slipFrames === null ? '' : `, ${slipFrames === 0 ? 'the same frames' : `${slipFrames} frames off`}`;
      const text = `${agrees ? 'as' : 'not as'} ${file}: ΔE ITP ${deltaItp.mean.toFixed(1)} on average, 99 % within ${deltaItp.p99.toFixed(1)}${place}`;
      return `<div>${escapeHtml(text)}</div>`;
    })
    .join('');
}

const METHODS = {
  frames: 'camera frames as recorded',
  cut: 'cut without decoding',
  'whole-file': 'the whole camera file',
} as const;

function trimRow(trim: PackageReport['trims'][number]): string {
  const { frames, handles } = trim;
  const last = frames.firstSourceFrame + frames.count - 1;
  return `<tr><td><div class="none"></div></td>
<td><b>${escapeHtml(trim.plateId)}</b><br><code>${escapeHtml(trim.folder)}</code><br>${gigabytes(trim.bytes)}</td>
<td>${escapeHtml(trim.clipName)}<br>reel ${escapeHtml(trim.reelName ?? 'unknown')}<br>${escapeHtml(trim.startTimecode ?? 'no timecode')}</td>
<td>source ${frames.firstSourceFrame}&ndash;${last} (${frames.count})<br>handles ${handles.head} + ${handles.tail}</td>
<td>${METHODS[trim.method]}</td>
<td>${findingList(trim.findings)}</td></tr>`;
}

function findingList(findings: Finding[]): string {
  if (findings.length === 0) return '';
  return `<ul>${findings.map((f) => `<li class="${f.severity}">${escapeHtml(f.forPeople)}</li>`).join('')}</ul>`;
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
