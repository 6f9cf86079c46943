import type { CutEvent } from '../../schemas/cut-list.ts';
import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { formatRational } from '../../standards/time/rational.ts';
import type { Forecast } from './forecast.ts';
import { countFrames } from './frame-ranges.ts';

/** A line of the count sheet: what a VFX editor and a vendor agree on, before anything runs. */
export type CountSheetRow = {
  shot: string;
  plate: string;
  event: string;
  clip: string;
  roll: string;
  sourceIn: string;
  sourceOut: string;
  recordIn: string;
  recordOut: string;
  speed: string;
  cutFrames: number;
  head: number;
  tail: number;
  frames: number;
  firstNumber: number;
  cutInNumber: number;
  lastNumber: number;
  megabytes: number;
  state: string;
  remarks: string;
};

/** The document of a count sheet, as JSON. */
export type CountSheet = {
  version: 1;
  kind: 'count-sheet';
  turnover: string;
  rows: CountSheetRow[];
  totals: Omit<Forecast, 'plates'>;
};

/** Makes the count sheet of a plan: one row per plate in order of record time, with what the findings say about it. */
export function countSheet(plan: TurnoverPlan, forecast: Forecast): CountSheet {
  const bytes = new Map(forecast.plates.map((plate) => [plate.plateId, plate.bytes]));
  const ordered = [...plan.plates].sort(
    (a, b) =>
      recordOf(plan, a.eventIndex) - recordOf(plan, b.eventIndex) || a.plateId.localeCompare(b.plateId),
  );
  const rows = ordered.map((plate): CountSheetRow => {
    const event = plan.events[plate.eventIndex]!;
    const frames = countFrames(plate.sourceFrames);
    return {
      shot: plate.shot,
      plate: plate.plate,
      event: event.number,
      clip: plate.clipName,
      roll: plate.rollId,
      sourceIn: event.source.in,
      sourceOut: event.source.out,
      recordIn: event.record.in,
      recordOut: event.record.out,
      speed: formatRational(plate.speed),
      cutFrames: countFrames(plate.cutFrames),
      head: plate.handles.head,
      tail: plate.handles.tail,
      frames,
      firstNumber: plate.firstFrameNumber,
      cutInNumber: plate.firstFrameNumber + plate.cutFrames.first - plate.sourceFrames.first,
      lastNumber: plate.firstFrameNumber + frames - 1,
      megabytes: Math.round((bytes.get(plate.plateId) ?? 0) / 1e6),
      state: stateOf(plate),
      remarks: plan.findings
        .filter(({ subject }) => subject.id === plate.plateId)
        .map(({ code }) => code)
        .join(', '),
    };
  });
  const { plates: _, ...totals } = forecast;
  return { version: 1, kind: 'count-sheet', turnover: plan.turnover, rows, totals };
}

function stateOf({ isDelivered, plateVersion, waitsForRoll }: PlannedPlate): string {
  if (isDelivered === false) return `covered by v${String(plateVersion ?? 1).padStart(3, '0')}`;
  return waitsForRoll === true ? 'waits for its roll' : 'planned';
}

/** The rows as CSV: RFC 4180, with a header line. A cell that a spreadsheet would run as a formula is made text. */
export function countSheetCsv(sheet: CountSheet): string {
  const lines = [
    COLUMNS.map(([key]) => key),
    ...sheet.rows.map((row) => COLUMNS.map(([key]) => String(row[key]))),
  ];
  return lines
    .map((cells) => cells.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n');
}

/** Columns of the sheet in order, with the words above them. */
export const COLUMNS: readonly (readonly [keyof CountSheetRow, string])[] = [
  ['shot', 'shot'],
  ['plate', 'plate'],
  ['event', 'event'],
  ['clip', 'clip'],
  ['roll', 'roll'],
  ['sourceIn', 'source in'],
  ['sourceOut', 'source out'],
  ['recordIn', 'record in'],
  ['recordOut', 'record out'],
  ['speed', 'speed'],
  ['cutFrames', 'cut'],
  ['head', 'head'],
  ['tail', 'tail'],
  ['frames', 'frames'],
  ['firstNumber', 'first'],
  ['cutInNumber', 'cut in'],
  ['lastNumber', 'last'],
  ['megabytes', 'MB'],
  ['state', 'state'],
  ['remarks', 'remarks'],
];

function csvCell(text: string): string {
  const safe = /^[=+@\t]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function recordOf(plan: TurnoverPlan, eventIndex: number): number {
  const event: CutEvent | undefined = plan.events[eventIndex];
  return event?.recordFrames?.in ?? eventIndex;
}
