import type { Finding } from '../../schemas/finding.ts';
import { COLUMNS, type CountSheet } from './count-sheet.ts';

/**
 * The count sheet as one HTML page without scripts, for a browser and for print.
 * @param thumbnails address (relative, or a data URL) of each plate's picture by plate id; a plate without one gets an empty frame
 */
export function countSheetPage(
  sheet: CountSheet,
  thumbnails: ReadonlyMap<string, string>,
  findings: readonly Finding[],
): string {
  const { totals } = sheet;
  const head = COLUMNS.map(([, words]) => `<th>${escapeHtml(words)}</th>`).join('');
  const rows = sheet.rows.map((row) => {
    const address = thumbnails.get(`${row.shot}_${row.plate}`);
    const picture =
      address === undefined
        ? '<span class="none"></span>'
        : `<img loading="lazy" alt="" src="${escapeHtml(address)}">`;
    return `<tr><td>${picture}</td>${COLUMNS.map(([key]) => `<td>${escapeHtml(String(row[key]))}</td>`).join('')}</tr>`;
  });
  const told = findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, forPeople }) => `<li class="${severity}">${escapeHtml(forPeople)}</li>`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Count sheet ${escapeHtml(sheet.turnover)}</title><style>${STYLE}</style></head>
<body>
<h1>Count sheet ${escapeHtml(sheet.turnover)}</h1>
<p><b>${sheet.rows.length}</b> plates, <b>${totals.frames}</b> frames, <b>${totals.framesToRender}</b> to render, <b>${(totals.bytes / 1e9).toFixed(1)} GB</b>,
<b>${totals.coreHours}</b> core-hours, about <b>${Math.ceil(totals.seconds / 60)} min</b> when nothing else runs.</p>
${told.length === 0 ? '' : `<ul>${told.join('')}</ul>`}
<table>
<thead><tr><th></th>${head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

const STYLE =
  'body{font:13px/1.4 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse}th,td{text-align:left;' +
  'padding:.3em .6em;border-bottom:1px solid #ccc;white-space:nowrap}img,.none{display:block;width:128px}.none{height:68px;background:#ddd}' +
  '.error{color:#b00}.warning{color:#960}tr{break-inside:avoid}';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
