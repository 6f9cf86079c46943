import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MadeClip } from '../../footage/clip-spec.ts';
import { frameOfTimecode, framesPerDay } from '../../footage/record-timecode.ts';
import type { PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { askSecondReader, left } from './cutlist-second-reader.ts';
import { retimeCases } from './retime-cases.ts';
import {
  CLIPS,
  type ClipKey,
  CUT_KINDS,
  type EditedCut,
  listOfCut,
  otioOfCut,
  type Truth,
  truthOf,
} from './retime-corpus.ts';
import { type CorpusClip, makeClips, planCut, type RenderedCounters, renderPlates } from './retime-plates.ts';

const HANDLES = 2;
const cuts = retimeCases();

let folder: string;
let clips: Record<ClipKey, CorpusClip>;
let lists: Map<EditedCut, string>;
let plans: Map<EditedCut, TurnoverPlan>;
let counters: RenderedCounters;
let keyOf: (plate: PlannedPlate) => string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-retime-pixels-'));
  clips = await makeClips(folder);
  const made = Object.fromEntries(Object.entries(clips).map(([key, clip]) => [key, clip.made]));
  lists = new Map(cuts.map((cut) => [cut, listOfCut(cut, made as Record<ClipKey, MadeClip>)]));
  plans = new Map();
  for (const cut of cuts)
    plans.set(cut, await planCut(cut, { fileName: 'cut.edl', text: lists.get(cut)! }, clips, HANDLES));
  const byId = new Map(Object.values(clips).map((clip) => [clip.match.clipId, clip]));
  const plates = [...plans.values()].flatMap((plan) =>
    plan.plates.map((plate) => ({ plate, clip: byId.get(plate.clipId)! })),
  );
  ({ counters, keyOf } = await renderPlates(plates, folder));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What only a list says: a range that contradicts its speed, or ends at the last frame shown, and ramps by a remark. */
function isSaidByOtio(cut: EditedCut): boolean {
  return cut.kind !== 'ramp' && cut.uses.every(({ written }) => written !== 'to-last-shown');
}

/** Why a cut is not made as it was edited; empty when every frame of every plate is right. */
function faultsOf(cut: EditedCut): string[] {
  const truth = truthOf(cut);
  const plan = plans.get(cut)!;
  const plates = [...plan.plates].sort((a, b) => a.eventIndex - b.eventIndex);
  if (plates.length !== truth.length)
    return [
      `${plates.length} plates for ${truth.length}: ${plan.findings.map(({ forPeople }) => forPeople).join(' ')}`,
    ];
  const told = cut.finding === undefined || plan.findings.some(({ code }) => code === cut.finding);
  return [
    ...(told ? [] : [`nobody is told: ${cut.finding}`]),
    ...plates.flatMap((plate, at) => faultsOfPlate(plate, truth[at]!, keyOf(plate))),
  ];
}

function faultsOfPlate(plate: PlannedPlate, truth: Truth, key: string): string[] {
  const faults: string[] = [];
  const { made } = clips[truth.clip];
  const { sourceFrames, cutFrames, firstFrameNumber } = plate;
  /** What the picture says that bears a delivered number. */
  const seen = (number: number) => counters.get(key)?.get(sourceFrames.first + number - firstFrameNumber);
  const expectAt = (number: number, frame: number, what: string) => {
    const counter = seen(number);
    if (counter?.frame !== frame || counter.tag !== made.tag)
      faults.push(
        `${what}: frame ${number} shows ${counter?.frame} of ${counter?.tag}, not ${frame} of ${made.tag}`,
      );
  };
  const count = sourceFrames.last - sourceFrames.first + 1;
  for (let k = 0; k < count; k++) expectAt(firstFrameNumber + k, sourceFrames.first + k, 'in order');
  const cutIn = firstFrameNumber + plate.handles.head;
  if (cutFrames.first !== truth.first || cutFrames.last !== truth.last)
    faults.push(`the cut is ${cutFrames.first}-${cutFrames.last}, not ${truth.first}-${truth.last}`);
  expectAt(cutIn, truth.first, 'first of the cut');
  expectAt(firstFrameNumber + count - 1 - plate.handles.tail, truth.last, 'last of the cut');
  // What a person who retimes the plate by the plan's own numbers sees at each record frame.
  const step = plate.step as { num: number; den: number };
  const entry = plate.reverse ? cutFrames.last : cutFrames.first;
  truth.shows.forEach((frame, k) => {
    const moved = Math.floor((k * Math.abs(step.num)) / step.den);
    expectAt(cutIn + entry - cutFrames.first + (plate.reverse ? -moved : moved), frame, `record frame ${k}`);
  });
  return faults;
}

describe('the retime corpus, rendered', () => {
  it.each(CUT_KINDS)('%s: every counter of every plate is the frame that the edit shows', (kind) => {
    const own = cuts.filter((cut) => cut.kind === kind);
    expect(own.length).toBeGreaterThan(0);
    const faults = own.flatMap((cut) =>
      faultsOf(cut)
        .slice(0, 3)
        .map((fault) => `${cut.what}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it('is the same as OpenTimelineIO documents, which count frames: each plate has the frames of its EDL', async () => {
    const made = Object.fromEntries(Object.entries(clips).map(([key, clip]) => [key, clip.made]));
    const wrong: string[] = [];
    for (const cut of cuts.filter(isSaidByOtio)) {
      const text = otioOfCut(cut, made as Record<ClipKey, MadeClip>);
      const plan = await planCut(cut, { fileName: 'cut.otio', text }, clips, HANDLES);
      const ranges = plan.plates.map(({ cutFrames, reverse }) => [cutFrames.first, cutFrames.last, reverse]);
      const truth = truthOf(cut).map(({ first, last, shows }) => [first, last, shows[0]! > shows.at(-1)!]);
      if (JSON.stringify(ranges) !== JSON.stringify(truth))
        wrong.push(`${cut.what}: ${JSON.stringify(ranges)}, not ${JSON.stringify(truth)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('looks at pixels: plates whose frames stand one late, or come from another clip, are found out', () => {
    const cut = cuts.find(({ kind }) => kind === 'normal')!;
    const [plate] = plans.get(cut)!.plates;
    const [truth] = truthOf(cut);
    const key = keyOf(plate!);
    expect(faultsOfPlate(plate!, truth!, key)).toEqual([]);
    const late = { first: truth!.first + 1, last: truth!.last + 1 };
    const moved = { ...plate!, cutFrames: late, sourceFrames: { ...late, last: late.last + HANDLES } };
    expect(faultsOfPlate(moved, truth!, key)).not.toEqual([]);
    const other = [...counters.keys()].find((one) => one !== key)!;
    expect(faultsOfPlate(plate!, truth!, other).length).toBeGreaterThan(truth!.shows.length);
  });

  it('its score stands beside that of OpenTimelineIO on the same lists', () => {
    const listFolder = join(folder, 'lists');
    mkdirSync(listFolder);
    const files = cuts.map((cut, at) => {
      const file = join(listFolder, `${at}.edl`);
      writeFileSync(file, lists.get(cut)!);
      return [file, cut.rate.num / cut.rate.den] as const;
    });
    const answer = askSecondReader<Answer>({ ask: 'visible', paths: files });
    if (answer === null) return left('OpenTimelineIO is not installed');
    const score = (mode: 'strict' | 'lenient', kind?: EditedCut['kind']) =>
      cuts.filter(
        (cut, at) =>
          (kind === undefined || cut.kind === kind) && otioIsRight(cut, answer[files[at]![0]]![mode]),
      ).length;
    const own = cuts.filter((cut) => faultsOf(cut).length === 0).length;
    const rows = CUT_KINDS.map((kind) => {
      const all = cuts.filter((cut) => cut.kind === kind);
      const right = all.filter((cut) => faultsOf(cut).length === 0).length;
      return `${kind.padEnd(24)} ${all.length} cuts: Rushes ${right}, OpenTimelineIO strict ${score('strict', kind)}, lenient ${score('lenient', kind)}`;
    });
    console.info(
      [
        ...rows,
        `all: Rushes ${own} of ${cuts.length}, OpenTimelineIO strict ${score('strict')}, lenient ${score('lenient')}`,
      ].join('\n'),
    );
    expect(own).toBe(cuts.length);
    expect(score('strict')).toBeLessThan(cuts.length);
  });
});

type OtioClip = { first: number; count: number; speed: number | null };
type OtioAnswer = { refused: string } | { clips: OtioClip[] };
type Answer = Record<string, { strict: OtioAnswer; lenient: OtioAnswer }>;

/** Its visible range (transitions counted in) over its speed holds what the edit shows, from the first frame to the last; in the day of its timecode. */
function otioIsRight(cut: EditedCut, answer: OtioAnswer): boolean {
  const truth = truthOf(cut);
  if (!('clips' in answer) || answer.clips.length !== truth.length) return false;
  return truth.every((wanted, at) => {
    const { first, count, speed } = answer.clips[at]!;
    const frames = speed === 0 ? 1 : Math.ceil(count * Math.abs(speed ?? 1) - 1e-6);
    return startsOf(wanted.clip).some(({ start, day }) => {
      const low = (first - start + day) % day;
      return low === wanted.first && low + frames - 1 === wanted.last;
    });
  });
}

/** Where the clip begins, as its own counting has it, and as one that leaves no numbers out: whoever stays with one of them is right. */
function startsOf(clip: ClipKey): { start: number; day: number }[] {
  const { rate, start } = CLIPS[clip];
  return [start, start.replace(';', ':')].map((timecode) => ({
    start: frameOfTimecode(timecode, rate),
    day: framesPerDay(rate, timecode.includes(';')),
  }));
}
