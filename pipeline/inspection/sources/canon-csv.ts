import type { Table } from '../../../engine/open/inspect/sidecars/delimited.ts';
import { rational } from '../../../standards/time/rational.ts';
import { fractionOf, numberOf, tidy } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';
import { tableRow } from './table-row.ts';

/** Canon's enumeration of squeeze factors. Source: captured export and reader in camdkit. */
const SQUEEZES = [rational(1), rational(4, 3), rational(2), rational(9, 5)] as const;
/** Sensitivity is offset by this when the mode says ISO. */
const ISO_OFFSET = 0x80000000;
/** The fraction by which Canon says "not set". */
const UNSET = '65535/65535';

/** Canon's table of clip values. */
export const canonClipCsv: Source = {
  tool: 'canon-clip-csv',
  confidence: 0.85,
  read(table: Table, readings: Readings): void {
    const { text } = tableRow(table);
    readings.add('cameraMake', 'Canon Cinema RAW Light table', 'Canon');
    readings.add(
      'umid',
      'UMID',
      /^[0-9a-f]{64}$/i.test(text('UMID') ?? '') ? text('UMID')!.toLowerCase() : null,
      { raw: text('UMID') },
    );
    readings.add('reelNumber', 'ReelNumber', text('ReelNumber'));
    const shot = /^([A-Z])(\d{3})C(\d{3})$/.exec(text('ShotNumber') ?? '');
    if (shot) {
      readings.add('reelName', 'ShotNumber', `${shot[1]}${shot[2]}`, {
        raw: text('ShotNumber'),
        confidence: 0.6,
      });
      readings.add('cameraLabel', 'ShotNumber', shot[1], { raw: text('ShotNumber'), confidence: 0.6 });
      readings.add('clipNumber', 'ShotNumber', shot[3], { raw: text('ShotNumber'), confidence: 0.6 });
    }
    const squeeze = SQUEEZES[numberOf(text('LensSqueezeFactor')) ?? -1];
    readings.add('lensSqueeze', 'LensSqueezeFactor', squeeze, { raw: text('LensSqueezeFactor') });
    const [width, height] = [numberOf(text('Width')), numberOf(text('Height'))];
    if (width && height) readings.add('imageSize', 'Width, Height', { width, height });
    const depth = numberOf(text('BitDepth'));
    readings.add(
      'codec',
      'BitDepth',
      { family: 'cinema-raw-light', bayer: true, ...(depth ? { bitDepth: depth } : {}) },
      { raw: text('BitDepth') },
    );
    readRate(text('Timescale'), text('Duration'), readings);
    const slate = Object.fromEntries(
      [
        ['SceneNumber', 'scene'],
        ['TakeNumber', 'take'],
      ].flatMap(([column, name]) => (text(column!) ? [[name!, text(column!)]] : [])),
    );
    if (Object.keys(slate).length > 0) readings.add('slate', 'SceneNumber, TakeNumber', slate);
    readings.add('recordedAt', 'CreationTime', text('CreationTime')?.replaceAll('/', '-').replace(' ', 'T'), {
      confidence: 0.7,
    });
    const channels = numberOf(text('AudioChannel'));
    if (channels)
      readings.add('audio', 'AudioType, AudioChannel', [
        {
          format: text('AudioType'),
          channels,
          sampleRate: numberOf(text('AudioSampleRate')),
          bitDepth: numberOf(text('AudioSampleSize')),
        },
      ]);
  },
};

/** The table names no rate: a time scale of 30000 whose duration is a multiple of 1001 counts frames of 1001 units. */
function readRate(timescale: string | undefined, duration: string | undefined, readings: Readings): void {
  const [scale, total] = [numberOf(timescale), numberOf(duration)];
  if (!scale || !total || scale % 1000 !== 0 || total % 1001 !== 0) return;
  readings.add('frameRate', 'Timescale, Duration', rational(scale, 1001), {
    raw: `${timescale}, ${duration}`,
    confidence: 0.5,
  });
  readings.add('frameCount', 'Timescale, Duration', total / 1001, {
    raw: `${timescale}, ${duration}`,
    confidence: 0.5,
  });
}

/** Canon's table of frame values: fractions as text, lengths as hexadecimal floats. */
export const canonFramesCsv: Source = {
  tool: 'canon-frames-csv',
  confidence: 0.8,
  read(table: Table, readings: Readings): void {
    const { text, rowCount } = tableRow(table);
    const frame0 = { scope: 'frame0' as const };
    const fraction = (column: string) => {
      const value = text(column);
      const parsed = value === UNSET ? null : fractionOf(value);
      return parsed && parsed.num > 0 ? tidy(parsed.num / parsed.den) : null;
    };
    const timecode = text('Timecode');
    if (timecode)
      readings.add('startTimecode', 'Timecode', { place: 'sidecar', text: timecode }, { raw: timecode });
    readings.add('frameCount', 'rows', rowCount > 1 ? rowCount : null, { confidence: 0.4 });
    const iso = fractionOf(text('PhotographicSensitivity'));
    if (iso && text('PhotographicSensitivityMode') === '1' && iso.num > ISO_OFFSET)
      readings.add('exposureIndex', 'PhotographicSensitivity', iso.num - ISO_OFFSET, {
        ...frame0,
        raw: text('PhotographicSensitivity'),
      });
    readings.add('isoSpeed', 'BaseISO', numberOf(text('BaseISO')) || null, {
      ...frame0,
      raw: text('BaseISO'),
    });
    // Mode 2 is an angle in hundredths, written as a fraction over 100.
    if (text('ExposureTimeMode') === '2')
      readings.add('shutterAngle', 'ExposureTime', fraction('ExposureTime'), {
        ...frame0,
        raw: text('ExposureTime'),
      });
    else if (fraction('ExposureTime') !== null)
      readings.add('exposureTime', 'ExposureTime', fraction('ExposureTime'), {
        ...frame0,
        raw: text('ExposureTime'),
        confidence: 0.5,
      });
    readings.add('focalLength', 'FocalLength', fraction('FocalLength'), {
      ...frame0,
      raw: text('FocalLength'),
    });
    readings.add(
      text('ApertureMode') === '2' ? 'tStop' : 'fStop',
      'ApertureNumber',
      fraction('ApertureNumber'),
      { ...frame0, raw: text('ApertureNumber') },
    );
    const focus = text('FocusPosition');
    if (focus && /^[0-9A-F]{8}$/i.test(focus)) {
      const metres = Buffer.from(focus, 'hex').readFloatBE(0);
      readings.add(
        'focusDistance',
        'FocusPosition',
        metres > 0 && Number.isFinite(metres) ? tidy(metres) : null,
        { ...frame0, raw: focus },
      );
    }
    const kelvin = numberOf(text('ColorTemperature'));
    readings.add('whiteBalance', 'ColorTemperature', kelvin && kelvin < 65535 ? kelvin : null, {
      ...frame0,
      raw: text('ColorTemperature'),
    });
    const nd = fraction('NDFilter');
    if (nd !== null)
      readings.add(
        'ndFilter',
        'NDFilter',
        { stops: null, density: null, raw: text('NDFilter') },
        { ...frame0, confidence: 0.3 },
      );
    else if (text('NDFilter') === UNSET) readings.unset('ndFilter', 'NDFilter', UNSET);
  },
};
