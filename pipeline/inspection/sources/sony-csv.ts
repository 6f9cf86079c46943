import type { Table } from '../../../engine/open/inspect/sidecars/delimited.ts';
import { metresOf, numberOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';
import { tableRow } from './table-row.ts';

/** Stops as cinema lenses print them, `T 2 3/10`: the mark, and tenths of a stop beyond it. null when it is none. */
export function stopOf(text: string | undefined): { kind: 'T' | 'F'; value: number } | null {
  const match = /^\s*([TF])?\s*\/?\s*(\d+(?:\.\d+)?)(?:\s*\+?\s*(\d+)\/10)?\s*$/i.exec(text ?? '');
  if (!match) return null;
  return {
    kind: match[1]?.toUpperCase() === 'F' ? 'F' : 'T',
    value: tidy(Number(match[2]) * 2 ** (Number(match[3] ?? 0) / 10 / 2)),
  };
}

/** The table of lens values that Sony's software exports for VENICE: one row for each frame, focus in feet. Source: captured export in camdkit. */
export const sonyFramesCsv: Source = {
  tool: 'sony-frames-csv',
  confidence: 0.75,
  read(table: Table, readings: Readings): void {
    const row = tableRow(table);
    const { text } = row;
    const frame0 = { scope: 'frame0' as const };
    readings.add('clipName', 'Clip Name', text('Clip Name'));
    readings.add('cameraMake', 'Camera Model', text('Camera Model') ? 'Sony' : null, {
      raw: text('Camera Model'),
      confidence: 0.6,
    });
    readings.add('cameraModel', 'Camera Model', text('Camera Model'), { confidence: 0.6 });
    // A code of the lens protocol, not a name.
    readings.add('lensModel', 'Lens Model', text('Lens Model'), { confidence: 0.4 });
    readings.add('lensSerialNumber', 'Lens Serial', text('Lens Serial') || null);
    readings.add('frameCount', 'rows', row.rowCount, { confidence: 0.6 });
    const timecode = text('Timecode');
    if (timecode)
      readings.add('startTimecode', 'Timecode', { place: 'sidecar', text: timecode }, { raw: timecode });
    readings.add(
      'focalLength',
      'Focal Length (mm)',
      row.range('Focal Length (mm)', tidy) ?? numberOf(text('Focal Length (mm)')),
      { scope: 'perFrame-summary', raw: text('Focal Length (mm)') },
    );
    const stop = stopOf(text('Aperture'));
    if (stop)
      readings.add(stop.kind === 'F' ? 'fStop' : 'tStop', 'Aperture', stop.value, {
        ...frame0,
        raw: text('Aperture'),
      });
    readings.add(
      'focusDistance',
      'Focus Distance (ft)',
      row.range('Focus Distance (ft)', (v) => metresOf(v, 'ft') ?? 0),
      { scope: 'perFrame-summary', raw: text('Focus Distance (ft)') },
    );
  },
};
