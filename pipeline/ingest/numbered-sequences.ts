import { type CardFile, inFolder, lastFolder } from './card-file.ts';
import type { ClipGroup, NumberRange, SequenceNumbers } from './clip-group.ts';
import { fileKind } from './file-kind.ts';

/** A still is only taken for a frame of a run when this many of one prefix lie together. */
const STILLS_OF_A_RUN = 8;
/** TIFF whose number stands behind a dot (`A001C001.0001.tif`) is named as scanners and renderers name a run. */
const TIFFS_OF_A_RUN = 2;
/** More digits than this are a date or an id, not a count: ARRIRAW counts the frames of a day in seven. */
const MOST_DIGITS = 10;

type Frame = { file: CardFile; digits: string; number: number };

/** Finds numbered runs: one clip per prefix, ending and folder, gaps keeping their index. Answers the files it did not take, too. */
export function groupSequences(files: CardFile[]): { clips: ClipGroup[]; rest: CardFile[] } {
  const runs = new Map<string, { prefix: string; frames: Frame[] }>();
  const rest: CardFile[] = [];
  for (const file of files) {
    const match = mayBeFrame(file) ? /^(.*?)(\d+)$/s.exec(file.stem) : null;
    if (!match) {
      if (fileKind(file) === 'frame') addTo(runs, file, { prefix: file.stem, digits: '' });
      else rest.push(file);
      continue;
    }
    const [, prefix, digits] = match as unknown as [string, string, string];
    if (digits.length > MOST_DIGITS) addTo(runs, file, { prefix: file.stem, digits: '' });
    else addTo(runs, file, { prefix, digits });
  }
  const clips: ClipGroup[] = [];
  for (const run of runs.values()) {
    if (run.frames.length < leastOfARun(run.frames[0]!.file, run.prefix))
      rest.push(...run.frames.map((f) => f.file));
    else for (const frames of byPadding(run.frames)) clips.push(sequenceClip(run.prefix, frames));
  }
  return { clips, rest };
}

function leastOfARun(file: CardFile, prefix: string): number {
  if (fileKind(file) !== 'still') return 1;
  return /^tiff?$/.test(file.extension) && prefix.endsWith('.') ? TIFFS_OF_A_RUN : STILLS_OF_A_RUN;
}

/** Pictures of a stills camera are takes of their own, however they are numbered. Source: DCF (JEITA CP-3461) folder DCIM. */
function mayBeFrame(file: CardFile): boolean {
  const kind = fileKind(file);
  const isStillsFolder = /(^|\/)DCIM(\/|$)/i.test(file.folder);
  return kind === 'frame' ? !isStillsFolder || file.extension !== 'dng' : kind === 'still' && !isStillsFolder;
}

function addTo(
  runs: Map<string, { prefix: string; frames: Frame[] }>,
  file: CardFile,
  name: { prefix: string; digits: string },
): void {
  const key = `${file.folder}\0${name.prefix}\0${file.extension}\0${name.digits === '' ? 'one' : 'run'}`;
  const run = runs.get(key) ?? { prefix: name.prefix, frames: [] };
  run.frames.push({ file, digits: name.digits, number: name.digits === '' ? 0 : Number(name.digits) });
  runs.set(key, run);
}

/** `f01` and `f1` are two runs; `f0999` and `f10000` are one, and so are `f9` and `f10`. */
function byPadding(frames: Frame[]): Frame[][] {
  const widths = [
    ...new Set(
      frames.filter((f) => f.digits.length > 1 && f.digits.startsWith('0')).map((f) => f.digits.length),
    ),
  ];
  const byWidth = new Map<number, Frame[]>();
  for (const frame of frames) {
    const padded = frame.digits.length > 1 && frame.digits.startsWith('0');
    const fitting = widths.filter((w) => w <= frame.digits.length);
    const width = padded ? frame.digits.length : fitting.length > 0 ? Math.max(...fitting) : 0;
    const same = byWidth.get(width);
    if (same) same.push(frame);
    else byWidth.set(width, [frame]);
  }
  return [...byWidth.values()];
}

function sequenceClip(prefix: string, frames: Frame[]): ClipGroup {
  frames.sort((a, b) => a.number - b.number);
  const { file } = frames[0]!;
  const numbers = sequenceNumbers(frames.map((f) => f.number));
  const clipName = prefix.replace(/[._\- ]+$/, '') || lastFolder(file.folder) || file.stem;
  return {
    clipKey: `${inFolder(file.folder, prefix)}#.${file.extension}`,
    clipName,
    cardRule: file.extension === 'ari' || file.extension === 'arx' ? 'arri' : 'sequence',
    files: frames.map((f) => ({ path: f.file.path, role: 'frame', frame: f.number - numbers.first })),
    sequence: frames[0]!.digits === '' ? null : numbers,
    span: null,
  };
}

function sequenceNumbers(sorted: number[]): SequenceNumbers {
  const missing: NumberRange[] = [];
  let missingCount = 0;
  for (let i = 1; i < sorted.length; i++) {
    const gap = { first: sorted[i - 1]! + 1, last: sorted[i]! - 1 };
    if (gap.last < gap.first) continue;
    missing.push(gap);
    missingCount += gap.last - gap.first + 1;
  }
  return { first: sorted[0]!, last: sorted.at(-1)!, missing, missingCount };
}
