import type { InspectedClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational } from '../../standards/time/rational.ts';
import { type ExportRow, exportRow, plainNumber, sopText } from './export-row.ts';

/** Column names of Avid and of ARRI, and what each holds. Source: shared reference inspection 3.1, ALE column. */
const COLUMNS: [name: string, cell: (row: ExportRow) => string | null][] = [
  ['Name', (r) => r.name],
  ['Tracks', (r) => (r.hasSound ? 'VA1' : 'V')],
  ['Start', (r) => r.start],
  ['End', (r) => r.endExclusive],
  ['Duration', (r) => r.duration],
  ['Tape', (r) => r.reel ?? r.tape],
  ['Reel_name', (r) => r.reel],
  ['Source File', (r) => r.sourceFile],
  ['Scene', (r) => r.slate.scene ?? null],
  ['Shot', (r) => r.slate.shot ?? null],
  ['Take', (r) => r.slate.take ?? null],
  ['Circled', (r) => r.slate.circled ?? null],
  ['Soundroll', (r) => r.slate.soundRoll ?? null],
  ['ASC_SOP', (r) => sopText(r.cdl)],
  ['ASC_SAT', (r) => (r.cdl ? plainNumber(r.cdl.saturation) : null)],
  ['Look_name', (r) => r.look],
  ['Manufacturer', (r) => r.text('cameraMake')],
  ['Camera_model', (r) => r.text('cameraModel')],
  ['Camera_sn', (r) => r.text('cameraSerialNumber')],
  ['Camera_index', (r) => r.text('cameraLabel')],
  ['Lens_type', (r) => r.text('lensModel')],
  ['Focal_length', (r) => plainNumber(r.number('focalLength'))],
  ['Project_fps', (r) => rateText(r.rate)],
  ['Sensor_fps', (r) => rateText((r.clip.fields.captureRate?.value as Rational | null | undefined) ?? null)],
  ['Exposure_index', (r) => plainNumber(r.number('exposureIndex'))],
  ['White_balance', (r) => plainNumber(r.number('whiteBalance'))],
  ['Cc_shift', (r) => plainNumber(r.number('tint'))],
  ['Shutter_angle', (r) => plainNumber(r.number('shutterAngle'))],
  ['Gamma', (r) => r.text('transferFunction')],
  ['Frame_width', (r) => (r.size ? String(r.size.width) : null)],
  ['Frame_height', (r) => (r.size ? String(r.size.height) : null)],
  ['Shoot Date', (r) => r.text('recordedAt')?.slice(0, 10).replaceAll('-', '') ?? null],
];

/**
 * Avid Log Exchange lists of clips. One list has one rate, so there is one for each rate; clips without rate or timecode cannot
 * stand in any and are answered apart. `End` is exclusive.
 */
export function exportAle(clips: readonly InspectedClip[]): {
  lists: { rate: Rational; text: string }[];
  left: InspectedClip[];
} {
  const rows = clips.map(exportRow);
  const listed = rows.filter((r) => r.rate !== null && r.start !== null && r.endExclusive !== null);
  const rates = new Map(listed.map((r) => [formatRational(r.rate!), r.rate!]));
  const lists = [...rates].map(([key, rate]) => ({
    rate,
    text: aleText(
      rate,
      listed.filter((r) => formatRational(r.rate!) === key),
    ),
  }));
  return { lists, left: rows.filter((r) => !listed.includes(r)).map((r) => r.clip) };
}

function aleText(rate: Rational, rows: ExportRow[]): string {
  const heights = new Set(rows.map((r) => r.size?.height));
  const format =
    heights.size === 1 && heights.has(1080)
      ? '1080'
      : heights.size === 1 && heights.has(720)
        ? '720'
        : 'CUSTOM';
  const lines = [
    'Heading',
    'FIELD_DELIM\tTABS',
    `VIDEO_FORMAT\t${format}`,
    'AUDIO_FORMAT\t48khz',
    `FPS\t${rateText(rate)}`,
    '',
    'Column',
    COLUMNS.map(([name]) => name).join('\t'),
    '',
    'Data',
    ...rows.map((row) => COLUMNS.map(([, cell]) => clean(cell(row))).join('\t')),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Tabs and line ends would move every cell behind them. */
function clean(cell: string | null): string {
  return (cell ?? '').replaceAll(/[\t\r\n]+/g, ' ').trim();
}

/** Rates as Avid writes them: 23.976, 24, 29.97. */
function rateText(rate: Rational | null): string {
  if (!rate) return '';
  const value = rate.num / rate.den;
  return Number.isInteger(value)
    ? String(value)
    : String(Number(value.toFixed(rate.num === 30000 || rate.num === 60000 || rate.num === 120000 ? 2 : 3)));
}
