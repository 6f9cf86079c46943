import type { Table } from '../../../engine/open/inspect/sidecars/delimited.ts';
import { fractionOf, metresOf, numberOf, rateOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';
import { type TableRow, tableRow } from './table-row.ts';

/** REDline `--printMeta 3`: one row for the clip, several columns of one name. End timecodes are inclusive. Source: captured export in camdkit. */
export const redlineClipCsv: Source = {
  tool: 'redline-clip-csv',
  confidence: 0.85,
  read(table: Table, readings: Readings): void {
    const row = tableRow(table);
    const { text } = row;
    readings.add('cameraMake', 'REDline', 'RED');
    for (const [column, field] of [
      ['Clip Name', 'clipName'],
      ['Camera Model', 'cameraModel'],
      ['Camera PIN', 'cameraSerialNumber'],
      ['Firmware Version', 'cameraFirmware'],
      ['Camera', 'cameraLabel'],
      ['Camera Position', 'cameraPosition'],
      ['CamReelID', 'reelName'],
      ['Reel', 'reelNumber'],
      ['Clip', 'clipNumber'],
      ['UUID', 'uuid'],
      ['Media Serial Number', 'mediaSerial'],
      ['Lens Name', 'lensModel'],
      ['Lens Brand', 'lensMake'],
      ['Lens Serial Number', 'lensSerialNumber'],
      ['Edge TC', 'edgeTimecode'],
      ['Clip Original Image Pipeline', 'colorScienceVersion'],
    ] as const)
      readings.add(field, column, text(column));
    readings.add('lensModel', 'Lens', text('Lens'), { confidence: 0.6 });
    readRates(row, readings);
    readPicture(row, readings);
    readExposure(row, readings);
    readSlate(row, readings);
    readLook(row, readings);
  },
};

function readRates({ text }: TableRow, readings: Readings): void {
  readings.add('frameRate', 'FPS', rateOf(text('FPS')), { raw: text('FPS') });
  readings.add('captureRate', 'Record FPS', rateOf(text('Record FPS')), { raw: text('Record FPS') });
  readings.add('frameCount', 'Total Frames', positive(text('Total Frames')));
  readings.add('droppedFrames', 'Dropped Frame Count', numberOf(text('Dropped Frame Count')));
  const timecode = text('Abs TC');
  if (timecode)
    readings.add('startTimecode', 'Abs TC', { place: 'sidecar', text: timecode }, { raw: timecode });
  const [date, time] = [text('Date'), text('Timestamp')];
  if (date && time && /^\d{8}$/.test(date) && /^\d{5,6}$/.test(time)) {
    const clock = time.padStart(6, '0');
    readings.add(
      'recordedAt',
      'Date, Timestamp',
      `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}`,
      { raw: `${date} ${time}` },
    );
  }
}

function readPicture({ text }: TableRow, readings: Readings): void {
  const [width, height] = [positive(text('Frame Width')), positive(text('Frame Height'))];
  if (width && height) readings.add('imageSize', 'Frame Width, Height', { width, height });
  const aspect = fractionOf(text('Pixel Aspect Ratio'));
  // RED writes the desqueeze of its anamorphic setting here, not the shape of stored pixels.
  if (aspect && aspect.num >= aspect.den)
    readings.add('lensSqueeze', 'Pixel Aspect Ratio', aspect, {
      raw: text('Pixel Aspect Ratio'),
      confidence: 0.6,
    });
  readings.add(
    'codec',
    'REDCODE',
    { family: 'redcode', bayer: true, compressionRatio: text('REDCODE') },
    { raw: text('REDCODE') },
  );
  // Numeric ids of the monitoring pipeline: raw has no encoding of its own.
  const [space, gamma] = [text('Color Space'), text('Gamma Space')];
  if (space && /[a-z]/i.test(space)) readings.add('colorPrimaries', 'Color Space', space);
  if (gamma && /[a-z]/i.test(gamma)) readings.add('transferFunction', 'Gamma Space', gamma);
}

function readExposure({ text }: TableRow, readings: Readings): void {
  readings.add('exposureIndex', 'ISO', positive(text('ISO')), { raw: text('ISO') });
  readings.add('whiteBalance', 'Kelvin', positive(text('Kelvin')), { raw: text('Kelvin') });
  readings.add('tint', 'Tint', numberOf(text('Tint')), { raw: text('Tint') });
  readings.add('shutterAngle', 'Shutter (deg)', positive(text('Shutter (deg)')), {
    raw: text('Shutter (deg)'),
  });
  const speed = positive(text('Shutter (1/sec)'));
  readings.add('exposureTime', 'Shutter (1/sec)', speed === null ? null : 1 / speed, {
    raw: text('Shutter (1/sec)'),
  });
  const aperture = text('Aperture');
  readings.add(/^T/i.test(aperture ?? '') ? 'tStop' : 'fStop', 'Aperture', positive(aperture), {
    raw: aperture,
  });
  readings.add('focalLength', 'Focal Length', positive(text('Focal Length')), { raw: text('Focal Length') });
  readings.add('focusDistance', 'Focus Distance', metresOf(text('Focus Distance'), 'mm'), {
    raw: text('Focus Distance'),
  });
  const nd = text('MotionMountND');
  if (nd && numberOf(nd) !== null)
    readings.add('ndFilter', 'MotionMountND', {
      stops: numberOf(nd),
      density: tidy(numberOf(nd)! * 0.3),
      raw: nd,
    });
}

const SLATE: Record<string, string> = {
  Scene: 'scene',
  Shot: 'shot',
  Take: 'take',
  Circle: 'circled',
  'Production Name': 'production',
  Director: 'director',
  'Director Of Photography': 'dop',
  'Camera Operator': 'operator',
  Location: 'location',
  Notes: 'notes',
};

function readSlate({ text }: TableRow, readings: Readings): void {
  const told = Object.entries(SLATE).flatMap(([column, name]) =>
    text(column) ? [[name, text(column)] as const] : [],
  );
  if (told.length > 0) readings.add('slate', 'Scene, Shot, Take, …', Object.fromEntries(told));
}

function readLook({ text }: TableRow, readings: Readings): void {
  const three = (name: string) => ['Red', 'Green', 'Blue'].map((c) => numberOf(text(`CDL ${name}: ${c}`)));
  const [slope, offset, power] = [three('Slope'), three('Offset'), three('Power')];
  const cdl = [...slope, ...offset, ...power].every((v) => v !== null)
    ? { slope, offset, power, saturation: numberOf(text('CDL Saturation')) ?? 1 }
    : null;
  const look = {
    ...(text('Look Name') ? { name: text('Look Name') } : {}),
    ...(text('Camera 3D LUT') ? { lutFile: text('Camera 3D LUT') } : {}),
    ...(cdl ? { cdl, cdlEnabled: text('CDL Enabled:') === 'true' } : {}),
  };
  if (Object.keys(look).length > 0) readings.add('look', 'Look Name, Camera 3D LUT, CDL', look);
}

/** REDline `--printMeta 5`: one row for each frame. */
export const redlineFramesCsv: Source = {
  tool: 'redline-frames-csv',
  confidence: 0.75,
  read(table: Table, readings: Readings): void {
    const row = tableRow(table);
    readings.add('frameCount', 'rows', row.rowCount, { confidence: 0.6 });
    const timecode = row.text('Timecode');
    if (timecode)
      readings.add('startTimecode', 'Timecode', { place: 'sidecar', text: timecode }, { raw: timecode });
    const summary = { scope: 'perFrame-summary' as const };
    readings.add('fStop', 'Aperture', row.range('Aperture', tidy), { ...summary, raw: row.text('Aperture') });
    readings.add('focalLength', 'Focal Length', row.range('Focal Length', tidy), {
      ...summary,
      raw: row.text('Focal Length'),
    });
    readings.add(
      'focusDistance',
      'Focus Distance',
      row.range('Focus Distance', (v) => v / 1000),
      { ...summary, raw: row.text('Focus Distance') },
    );
  },
};

function positive(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number > 0 ? number : null;
}
