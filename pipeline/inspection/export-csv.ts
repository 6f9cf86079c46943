import type { InspectedClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational } from '../../standards/time/rational.ts';
import { type ExportRow, exportRow, plainNumber, sopText } from './export-row.ts';

const COLUMNS: [name: string, cell: (row: ExportRow) => string | null][] = [
  ['Clip', (r) => r.name],
  ['File', (r) => r.sourceFile],
  ['Reel', (r) => r.reel],
  ['Start', (r) => r.start],
  ['End (inclusive)', (r) => r.end],
  ['Frames', (r) => plainNumber(r.frameCount)],
  ['Frame rate', (r) => (r.rate ? formatRational(r.rate) : null)],
  ['Sensor rate', (r) => rational(r, 'captureRate')],
  ['Scene', (r) => r.slate.scene ?? null],
  ['Shot', (r) => r.slate.shot ?? null],
  ['Take', (r) => r.slate.take ?? null],
  ['Circled', (r) => r.slate.circled ?? null],
  ['Camera', (r) => r.text('cameraLabel')],
  ['Make', (r) => r.text('cameraMake')],
  ['Model', (r) => r.text('cameraModel')],
  ['Serial', (r) => r.text('cameraSerialNumber')],
  ['Lens', (r) => r.text('lensModel')],
  ['Focal length (mm)', (r) => plainNumber(r.number('focalLength'))],
  ['T-stop', (r) => plainNumber(r.number('tStop'))],
  ['F-stop', (r) => plainNumber(r.number('fStop'))],
  ['Focus (m)', (r) => plainNumber(r.number('focusDistance'))],
  ['EI', (r) => plainNumber(r.number('exposureIndex'))],
  ['Base ISO', (r) => plainNumber(r.number('isoSpeed'))],
  ['Shutter (deg)', (r) => plainNumber(r.number('shutterAngle'))],
  ['White balance (K)', (r) => plainNumber(r.number('whiteBalance'))],
  ['Tint', (r) => plainNumber(r.number('tint'))],
  ['Width', (r) => (r.size ? String(r.size.width) : null)],
  ['Height', (r) => (r.size ? String(r.size.height) : null)],
  ['Lens squeeze', (r) => rational(r, 'lensSqueeze')],
  ['Codec', (r) => codecText(r)],
  ['Gamma', (r) => r.text('transferFunction')],
  ['Gamut', (r) => r.text('colorPrimaries')],
  ['ASC_SOP', (r) => sopText(r.cdl)],
  ['ASC_SAT', (r) => (r.cdl ? plainNumber(r.cdl.saturation) : null)],
  ['Look', (r) => r.look],
  ['Recorded at', (r) => r.text('recordedAt')],
  ['Findings', (r) => r.clip.findings.map((f) => f.code).join(' ')],
  ['Clip ID', (r) => r.text('clipId')],
];

/** Clips as a table for people: a header line, one row each, CRLF. Source: RFC 4180. */
export function exportCsv(clips: readonly InspectedClip[]): string {
  const rows = clips
    .map(exportRow)
    .map((row) => COLUMNS.map(([, cell]) => quoted(cell(row) ?? '')).join(','));
  return `${[COLUMNS.map(([name]) => quoted(name)).join(','), ...rows].join('\r\n')}\r\n`;
}

function rational(row: ExportRow, field: string): string | null {
  const value = row.clip.fields[field]?.value as Rational | null | undefined;
  return value ? formatRational(value) : null;
}

function codecText(row: ExportRow): string | null {
  const codec = row.clip.fields.codec?.value as { family?: string; profile?: string } | null | undefined;
  return codec?.family ? [codec.family, codec.profile].filter(Boolean).join(' ') : null;
}

/** A cell that a spreadsheet would run as a formula is marked as text: names come from cards, and cards from anywhere. */
function quoted(cell: string): string {
  const safe = /^[=@\t\r]|^[+-](?![\d.]+$)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
