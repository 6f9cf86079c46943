import type { Table } from '../../../engine/open/inspect/sidecars/delimited.ts';
import { metresOf, numberOf, rateOf, squeezeOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { tStopOfLinearIris } from './ari-header.ts';
import { ndFilterOf } from './camera-keys.ts';
import type { Source } from './source.ts';
import { type TableRow, tableRow } from './table-row.ts';

const SUMMARY = { scope: 'perFrame-summary' as const };

/** The table ARRI Meta Extract writes: one row for each frame, tab separated, "Master TC" twice. Source: captured export in camdkit. */
export const arriAmeCsv: Source = {
  tool: 'arri-ame-csv',
  confidence: 0.85,
  read(table: Table, readings: Readings): void {
    const row = tableRow(table);
    readNames(row, readings);
    readRates(row, readings);
    readPicture(row, readings);
    readExposure(row, readings);
    readLens(row, readings);
    readSlate(row, readings);
    readLook(row, readings);
  },
};

function readNames({ text }: TableRow, readings: Readings): void {
  readings.add('cameraMake', 'Camera Family', 'ARRI', { raw: text('Camera Family') });
  for (const [column, field] of [
    ['Reel', 'reelName'],
    ['Camera Clip Name', 'clipName'],
    ['Camera Model', 'cameraModel'],
    ['Camera Serial Number', 'cameraSerialNumber'],
    ['Camera Index', 'cameraLabel'],
    ['Camera SUP Name', 'cameraFirmware'],
    ['UUID', 'uuid'],
    ['SMPTE UMID', 'umid'],
    ['Storage Media Serial Number', 'mediaSerial'],
    ['Lens Model', 'lensModel'],
    ['Lens Serial Number', 'lensSerialNumber'],
    ['Color Processing Version', 'colorScienceVersion'],
  ] as const)
    readings.add(field, column, text(column));
  readings.add('cameraUuid', 'Camera ID', text('Camera ID'), { confidence: 0.5 });
  const [date, time, zone] = [
    text('System Image Creation Date'),
    text('System Image Creation Time'),
    text('System Image Timezone Offset'),
  ];
  if (date && time)
    readings.add(
      'recordedAt',
      'System Image Creation Date, Time, Timezone Offset',
      `${date.replaceAll('/', '-')}T${time}${/([+-]\d\d:\d\d)$/.exec(zone ?? '')?.[1] ?? ''}`,
      { raw: [date, time, zone].join(' ') },
    );
}

/** Rates are printed to three places: 24.000 and 23.976. */
function readRates(row: TableRow, readings: Readings): void {
  readings.add('frameRate', 'Project FPS', rateOf(row.text('Project FPS')), { raw: row.text('Project FPS') });
  readings.add('captureRate', 'Sensor FPS', rateOf(row.text('Sensor FPS')), { raw: row.text('Sensor FPS') });
  readings.add('frameCount', 'rows', row.rowCount);
  const timecode = row.text('Master TC');
  if (timecode)
    readings.add(
      'startTimecode',
      'Master TC',
      {
        place: 'sidecar',
        text: timecode,
        rate: rateOf(row.text('Master TC Time Base')),
        dropFrame: /^yes$/i.test(row.text('Master TC Drop Frame') ?? ''),
      },
      { raw: timecode },
    );
}

function readPicture({ text }: TableRow, readings: Readings): void {
  const number = (column: string) => numberOf(text(column));
  const [width, height] = [number('Image Width'), number('Image Height')];
  if (width && height) readings.add('imageSize', 'Image Width, Height', { width, height });
  const active = {
    x: number('Active Image Left') ?? 0,
    y: number('Active Image Top') ?? 0,
    width: number('Active Image Width'),
    height: number('Active Image Height'),
  };
  if (active.width && active.height)
    readings.add('activeImage', 'Active Image Left, Top, Width, Height', active);
  const codec = text('Recording Codec');
  if (codec)
    readings.add(
      'codec',
      'Recording Codec',
      {
        family: /prores/i.test(codec) ? 'prores' : /arriraw/i.test(codec) ? 'arriraw' : codec.toLowerCase(),
        profile: codec.replace(/^Apple ProRes\s*/i, '') || codec,
      },
      { raw: codec },
    );
  readings.add('transferFunction', 'Target Color Space', text('Target Color Space'));
  readings.add('lensSqueeze', 'Lens Squeeze', squeezeOf(text('Lens Squeeze')), { raw: text('Lens Squeeze') });
}

function readExposure({ text }: TableRow, readings: Readings): void {
  const positive = (column: string) => {
    const n = numberOf(text(column));
    return n !== null && n > 0 ? n : null;
  };
  readings.add('exposureIndex', 'Exposure Index ASA', positive('Exposure Index ASA'), {
    raw: text('Exposure Index ASA'),
  });
  readings.add('whiteBalance', 'White Balance', positive('White Balance'), { raw: text('White Balance') });
  readings.add('tint', 'White Balance CC', numberOf(text('White Balance CC')), {
    raw: text('White Balance CC'),
  });
  readings.add('shutterAngle', 'Shutter Angle', positive('Shutter Angle'), { raw: text('Shutter Angle') });
  const exposure = text('Exposure Time');
  if (exposure?.endsWith('ms'))
    readings.add('exposureTime', 'Exposure Time', (numberOf(exposure) ?? Number.NaN) / 1000, {
      raw: exposure,
    });
  const nd = text('ND Filter Density');
  if (nd && /\d/.test(nd)) readings.add('ndFilter', 'ND Filter Density', ndFilterOf(nd), { raw: nd });
}

function readLens(row: TableRow, readings: Readings): void {
  const unit = /meter|metre/i.test(row.text('Lens Distance Unit') ?? '')
    ? 'm'
    : /inch/i.test(row.text('Lens Distance Unit') ?? '')
      ? 'in'
      : null;
  if (unit)
    readings.add(
      'focusDistance',
      'Lens Focus Distance',
      row.range('Lens Focus Distance', (v) => metresOf(v, unit) ?? 0),
      { ...SUMMARY, raw: row.text('Lens Focus Distance') },
    );
  readings.add('focalLength', 'Lens Focal Length', row.range('Lens Focal Length', tidy), {
    ...SUMMARY,
    raw: row.text('Lens Focal Length'),
  });
  readings.add(
    'tStop',
    'Lens Linear Iris',
    row.range('Lens Linear Iris', (v) => tStopOfLinearIris(v) ?? Number.NaN),
    { ...SUMMARY, raw: row.text('Lens Linear Iris') },
  );
}

const SLATE: Record<string, string> = {
  Scene: 'scene',
  Take: 'take',
  Director: 'director',
  Cinematographer: 'dop',
  Production: 'production',
  Location: 'location',
  Operator: 'operator',
  'Circle Take': 'circled',
  'User Info 1': 'userInfo1',
  'User Info 2': 'userInfo2',
};

function readSlate({ text }: TableRow, readings: Readings): void {
  const told = Object.entries(SLATE).flatMap(([column, name]) => {
    const value = text(column);
    return value && !/^(--|n\.a\.|no scene name|no take name)$/i.test(value) ? [[name, value] as const] : [];
  });
  if (told.length > 0) readings.add('slate', 'Scene, Take, Director, …', Object.fromEntries(told));
}

function readLook({ text }: TableRow, readings: Readings): void {
  const three = (name: string) => ['R', 'G', 'B'].map((c) => numberOf(text(`CDL ${name} ${c}`)));
  const [slope, offset, power] = [three('Slope'), three('Offset'), three('Power')];
  const cdl = [...slope, ...offset, ...power].every((v) => v !== null)
    ? { slope, offset, power, saturation: numberOf(text('CDL Saturation')) ?? 1 }
    : null;
  const name = text('Look Name');
  const burnedIn = text('Look Burned In');
  const look = {
    ...(name && name !== '--' ? { name } : {}),
    ...(burnedIn ? { burnedIn: /^yes$/i.test(burnedIn) } : {}),
    ...(cdl ? { cdl } : {}),
  };
  if (Object.keys(look).length > 0) readings.add('look', 'Look Name, Look Burned In, CDL', look);
}
