import type { AleFacts } from '../../../engine/open/inspect/sidecars/ale.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { framesBetween, parseTimecode } from '../../../standards/time/timecode.ts';
import { numberOf, rateOf, shutterAngleOf } from '../quantities.ts';
import type { Readings } from '../reading.ts';
import { ndFilterOf } from './camera-keys.ts';
import type { ClipNames, Source } from './source.ts';

type Cells = (column: string) => string | undefined;

/**
 * Avid Log Exchange: the row whose name, source file or tape is the clip's. Columns are Avid's and ARRI's; a row may be shorter than
 * the columns. `End` is exclusive, so nothing is taken from it. Sources: Avid log specification; ARRI metadata white paper; shared reference 3.1.
 */
export const ale: Source = {
  tool: 'ale',
  confidence: 0.7,
  read(facts: AleFacts, readings: Readings, _file, clip): void {
    const row = rowOfClip(facts, clip);
    if (!row) return;
    const cells = cellsOf(facts.columns, row);
    const rate = rateOf(cells('fps')) ?? rateOf(facts.heading.FPS);
    readings.add('frameRate', 'FPS', rate, { raw: cells('fps') ?? facts.heading.FPS });
    readings.add('frameRate', 'Project_fps', rateOf(cells('project_fps')), { raw: cells('project_fps') });
    readings.add('captureRate', 'Sensor_fps', rateOf(cells('sensor_fps')), { raw: cells('sensor_fps') });
    const start = cells('start');
    if (start)
      readings.add('startTimecode', 'Start', { place: 'sidecar', text: start, rate }, { raw: start });
    readLength(start, cells('end'), rate, readings);
    readNames(cells, readings);
    readExposure(cells, readings);
    readLook(cells, readings);
    readSlate(cells, readings);
  },
};

/** `End` is exclusive in an ALE. Source: Avid log specification. */
function readLength(
  start: string | undefined,
  end: string | undefined,
  rate: Rational | null,
  readings: Readings,
): void {
  if (!start || !end || !rate) return;
  const [a, b] = [parseTimecode(start, rate), parseTimecode(end, rate)];
  if (a.ok && b.ok)
    readings.add('frameCount', 'Start, End', framesBetween(a.timecode, b.timecode) || null, {
      raw: `${start}, ${end}`,
      confidence: 0.35,
    });
}

/** Endings of media; Avid adds `.new.01` to names it has seen before. */
const MEDIA_ENDING = /\.(mov|mxf|mp4|ari|arx|r3d|braw|dpx|wav|new\.\d+)$/i;

/** Rows as clips know them: with and without ending, letters in any case. */
export function rowOfClip(facts: AleFacts, clip: ClipNames): string[] | undefined {
  const names = new Set([clip.clipName, ...clip.stems].map(plain));
  const places = ['name', 'source file', 'source_file', 'tape']
    .map((c) => facts.columns.findIndex((column) => column.toLowerCase() === c))
    .filter((i) => i >= 0);
  for (const place of places) {
    const row = facts.rows.find((cells) => names.has(plain(cells[place] ?? '')));
    if (row) return row;
  }
  return undefined;
}

function plain(name: string): string {
  return name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .replace(MEDIA_ENDING, '')
    .toLowerCase();
}

function cellsOf(columns: string[], row: string[]): Cells {
  const lower = columns.map((c) => c.toLowerCase());
  return (column) => {
    const value = row[lower.indexOf(column)]?.trim();
    return value === '' ? undefined : value;
  };
}

function readNames(cells: Cells, readings: Readings): void {
  for (const [column, field, confidence] of [
    ['reel_name', 'reelName', 0.72],
    ['reel', 'reelName', 0.6],
    ['camroll', 'reelName', 0.5],
    ['tape', 'tapeName', 0.7],
    // To Avid the tape is the reel.
    ['tape', 'reelName', 0.45],
    ['camera_index', 'cameraLabel', 0.7],
    ['manufacturer', 'cameraMake', 0.7],
    ['camera_model', 'cameraModel', 0.7],
    ['camera_sn', 'cameraSerialNumber', 0.7],
    ['camera_id', 'cameraUuid', 0.5],
    ['sup_version', 'cameraFirmware', 0.7],
    ['uuid', 'uuid', 0.5],
    ['storage_sn', 'mediaSerial', 0.7],
    ['lens_type', 'lensModel', 0.7],
    ['lens_sn', 'lensSerialNumber', 0.7],
    ['gamma', 'transferFunction', 0.7],
  ] as const)
    readings.add(field, column, cells(column), { confidence });
  const [width, height] = [numberOf(cells('frame_width')), numberOf(cells('frame_height'))];
  if (width && height) readings.add('imageSize', 'Frame_width, Frame_height', { width, height });
  const [date, time] = [cells('date_camera') ?? cells('shoot date'), cells('time_camera')];
  const day = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(date ?? '');
  const clock = /^(\d\d)[h:](\d\d)[m:](\d\d)s?$/.exec(time ?? '');
  if (day)
    readings.add(
      'recordedAt',
      'Date_camera, Time_camera',
      `${day[1]}-${day[2]}-${day[3]}${clock ? `T${clock[1]}:${clock[2]}:${clock[3]}` : ''}`,
      { raw: [date, time].filter(Boolean).join(' '), confidence: 0.6 },
    );
}

function readExposure(cells: Cells, readings: Readings): void {
  const positive = (column: string) => {
    const n = numberOf(cells(column));
    return n !== null && n > 0 ? n : null;
  };
  readings.add('exposureIndex', 'Exposure_index', positive('exposure_index'), {
    raw: cells('exposure_index'),
  });
  readings.add('whiteBalance', 'White_balance', positive('white_balance'), { raw: cells('white_balance') });
  readings.add('tint', 'Cc_shift', numberOf(cells('cc_shift')), { raw: cells('cc_shift') });
  readings.add('shutterAngle', 'Shutter_angle', shutterAngleOf(cells('shutter_angle')), {
    raw: cells('shutter_angle'),
  });
  readings.add('focalLength', 'Focal_length', positive('focal_length'), { raw: cells('focal_length') });
  const nd = cells('nd_filterdensity');
  if (nd && /\d/.test(nd)) readings.add('ndFilter', 'Nd_filterdensity', ndFilterOf(nd), { raw: nd });
}

/** `(s s s)(o o o)(p p p)`. Source: ASC CDL v1.2, ALE columns. */
function readLook(cells: Cells, readings: Readings): void {
  const numbers = [...(cells('asc_sop') ?? '').matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)].map((m) =>
    Number(m[0]),
  );
  const saturation = numberOf(cells('asc_sat'));
  const look = {
    ...(cells('look_name') ? { name: cells('look_name') } : {}),
    ...(cells('look_burned_in') ? { burnedIn: /^(yes|true|1)$/i.test(cells('look_burned_in')!) } : {}),
    ...(numbers.length === 9
      ? {
          cdl: {
            slope: numbers.slice(0, 3),
            offset: numbers.slice(3, 6),
            power: numbers.slice(6, 9),
            saturation: saturation ?? 1,
          },
        }
      : {}),
  };
  if (Object.keys(look).length > 0) readings.add('look', 'Look_name, ASC_SOP, ASC_SAT', look);
}

const SLATE: Record<string, string> = {
  scene: 'scene',
  take: 'take',
  shot: 'shot',
  slate: 'slate',
  circle: 'circled',
  circled: 'circled',
  director: 'director',
  cinematographer: 'dop',
  dop: 'dop',
  production: 'production',
  location: 'location',
  operator: 'operator',
  comments: 'notes',
  user_info1: 'userInfo1',
  user_info2: 'userInfo2',
  episode: 'episode',
  soundroll: 'soundRoll',
};

function readSlate(cells: Cells, readings: Readings): void {
  const told = Object.entries(SLATE).flatMap(([column, name]) =>
    cells(column) && !/^(n\.a\.|--|no scene name)$/i.test(cells(column)!)
      ? [[name, cells(column)] as const]
      : [],
  );
  if (told.length > 0) readings.add('slate', 'Scene, Take, …', Object.fromEntries(told));
}

/** The clips that a list names: its Name column without file endings. */
export function aleClipNames(facts: AleFacts): string[] {
  const place = facts.columns.findIndex((column) => column.toLowerCase() === 'name');
  return place < 0
    ? []
    : facts.rows.map((row) => row[place]?.replace(MEDIA_ENDING, '') ?? '').filter((name) => name !== '');
}
