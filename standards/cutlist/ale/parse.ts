import type { Cdl, CutEvent, CutList } from '../../../schemas/cut-list.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { parseFrameRate } from '../../time/frame-rate.ts';
import { rational } from '../../time/rational.ts';
import { framesPerDay, parseTimecode } from '../../time/timecode.ts';
import { joinCdl, readSat, readSop } from '../edl/color-decision.ts';
import { type Problem, problem } from '../problem.ts';
import { findShotName } from '../shot-name.ts';
import { type AleRow, type AleTable, cell, readAleTable } from './table.ts';

/**
 * Reads an ALE as a list of source ranges: one event per row, `Start` to the exclusive `End`. An ALE has no record side: record repeats the
 * source, and nothing is stacked by it. The rate is the caller's, the row's `FPS`, or the heading's.
 * Source: Avid Log Exchange; ASC CDL v1.2 columns ASC_SOP, ASC_SAT.
 */
export function parseAle(text: string, options: { rate?: Rational; sourceRate?: Rational } = {}): CutList {
  const table = readAleTable(text);
  const told = options.sourceRate ?? options.rate ?? null;
  const headed = parseFrameRate(table.heading.get('FPS') ?? '');
  const problems: Problem[] = table.odd.map(({ line, text: raw, why }) => unreadable(line, raw, why));
  const events = table.rows.map((row, index) => {
    const rate = told ?? parseFrameRate(cell(row, 'FPS') ?? '') ?? headed;
    return readRow(row, index, rate, problems);
  });
  if (told === null && headed === null) problems.push(...rateUnknown(table));
  if (events.length === 0) problems.push(empty());
  return {
    version: 1,
    kind: 'cut-list',
    title: table.heading.get('TITLE') ?? '',
    rate: told ?? headed,
    events,
    problems: problems.sort((a, b) => a.line - b.line),
  };
}

function readRow(row: AleRow, index: number, rate: Rational | null, problems: Problem[]): CutEvent {
  const start = cell(row, 'Start', 'Start TC', 'Mark IN') ?? '';
  const end = cell(row, 'End', 'End TC', 'Mark OUT') ?? '';
  const reel = cell(row, 'Tape', 'Source Tape', 'TapeID', 'Reel', 'Reel Name', 'Camroll', 'Name') ?? '';
  const clipName = cell(row, 'Name', 'Clip Name');
  const sourceFile = cell(row, 'Source File', 'Source File Name', 'Filename', 'File Name', 'UNC Path', 'UNC');
  const vfx = cell(row, 'VFX', 'VFX Shot', 'VFX ID', 'VFX Name', 'Shot', 'Shot Name');
  const frames = rate ? framesOf(row, index, { start, end, rate }, problems) : null;
  return {
    index,
    number: String(index + 1).padStart(3, '0'),
    line: row.line,
    reel,
    tracks: tracksOf(cell(row, 'Tracks')),
    kind: 'cut',
    class: /^(A\d*)+$/i.test(cell(row, 'Tracks') ?? '') ? 'audio' : 'picture',
    source: { in: start, out: end },
    record: { in: start, out: end },
    sourceFrames: frames,
    speed: rational(1),
    transition: null,
    clipName,
    sourceFile: sourceFile === null ? null : (sourceFile.split(/[\\/]/).at(-1) ?? sourceFile),
    shotName: findShotName({ vfx: vfx === null ? [] : [vfx], locators: [], clipName })?.name ?? null,
    cdl: readCdl(row, index, problems),
    notes: notesOf(row),
    tapeName: reel,
    motion: null,
    recordFrames: null,
  };
}

function framesOf(
  row: AleRow,
  index: number,
  range: { start: string; end: string; rate: Rational },
  problems: Problem[],
): { first: number; last: number } | null {
  const start = parseTimecode(range.start, range.rate);
  const end = parseTimecode(range.end, range.rate);
  if (!start.ok || !end.ok) {
    const bad = start.ok ? end : start;
    problems.push(
      problem(
        'cut-list-illegal-timecode',
        { line: row.line, event: String(index + 1) },
        {
          what: `${start.ok ? 'End' : 'Start'} ${bad.ok ? '' : bad.sentence}.`,
          why: 'The range of this row is not known, so nothing is made from it.',
          fix: 'Correct the timecode, or tell the right rate with --fps.',
        },
      ),
    );
    return null;
  }
  const distance = end.timecode.frames - start.timecode.frames;
  const count = distance < 0 ? distance + framesPerDay(range.rate, start.timecode.dropFrame) : distance;
  checkDuration(row, index, count, range.rate, problems);
  return { first: start.timecode.frames, last: start.timecode.frames + Math.max(1, count) - 1 };
}

function checkDuration(row: AleRow, index: number, count: number, rate: Rational, problems: Problem[]): void {
  const written = cell(row, 'Duration');
  const duration = written === null ? null : parseTimecode(written, rate);
  if (!duration?.ok || duration.timecode.frames === count) return;
  problems.push(
    problem(
      'cut-list-duration-conflict',
      { line: row.line, event: String(index + 1) },
      {
        what: `Start to End are ${count} frames, Duration says ${duration.timecode.frames}.`,
        why: 'End is exclusive in an ALE and was followed; a difference of one means that the writer took it for inclusive.',
        fix: 'Check the last frame of the clip.',
      },
      { frames: count, duration: written },
    ),
  );
}

/** `ASC_SOP` and `ASC_SAT` columns, or one `CDL` column with four groups. */
function readCdl(row: AleRow, index: number, problems: Problem[]): Cdl | null {
  const groups = (cell(row, 'CDL') ?? '').match(/\([^)]*\)/g) ?? [];
  const sopText = cell(row, 'ASC_SOP') ?? (groups.length >= 3 ? groups.slice(0, 3).join('') : null);
  const satText = cell(row, 'ASC_SAT') ?? groups[3] ?? null;
  const sop = sopText === null ? null : readSop(sopText);
  const sat = satText === null ? null : readSat(satText);
  if ((sopText !== null && sop === null) || (satText !== null && sat === null)) {
    problems.push(
      problem(
        'cut-list-cdl-invalid',
        { line: row.line, event: String(index + 1) },
        {
          what: `"${[sopText, satText].filter((text) => text !== null).join(' ')}" is not a colour decision.`,
          why: 'The clip is made without it.',
          fix: 'Expected (r g b)(r g b)(r g b) in ASC_SOP, slope from 0 and power above 0, and one number from 0 in ASC_SAT.',
        },
      ),
    );
  }
  return joinCdl(sop, sat);
}

function tracksOf(tracks: string | null): string[] {
  if (tracks === null) return ['V'];
  const found = tracks.toUpperCase().match(/V\d*|A\d+|A/g) ?? [];
  return found.length === 0 ? ['V'] : found.map((track) => (track === 'A' ? 'A1' : track));
}

/** Every filled cell, so that nothing an assistant logged is lost. */
function notesOf(row: AleRow): string[] {
  return [...row.values].filter(([, value]) => value !== '').map(([column, value]) => `${column}: ${value}`);
}

function unreadable(line: number, text: string, why: string): Problem {
  return problem(
    'cut-list-line-unreadable',
    { line },
    {
      what: `the line does not fit the table: ${why}.`,
      why: 'What stands outside the columns is not read.',
      fix: 'Export the ALE again with tabs between the cells.',
    },
    { text },
  );
}

function rateUnknown(table: AleTable): Problem[] {
  if (table.rows.some((row) => parseFrameRate(cell(row, 'FPS') ?? '') !== null)) return [];
  return [
    problem(
      'cut-list-rate-unknown',
      { line: 1 },
      {
        what: 'neither the heading nor the rows tell a frame rate.',
        why: 'Frames cannot be counted.',
        fix: 'Tell it with --fps.',
      },
    ),
  ];
}

function empty(): Problem {
  return problem(
    'cut-list-empty',
    { line: 1 },
    { what: 'the ALE holds no row.', why: 'Nothing can be made from it.', fix: 'Export it again.' },
  );
}
