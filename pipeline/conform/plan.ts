import type { CutEvent, CutList, RetimeCurve } from '../../schemas/cut-list.ts';
import { type Finding, FindingCode, finding } from '../../schemas/finding.ts';
import type { Recipe } from '../../schemas/recipe.ts';
import type { EventMatch, PlannedPlate, TurnoverPlan } from '../../schemas/turnover.ts';
import { add, rational } from '../../standards/time/rational.ts';
import { type ClipUse, useOfClip } from './clip-use.ts';
import { placeOf } from './event-place.ts';
import type { MatchClip } from './match-clip.ts';
import { matchFindings } from './match-findings.ts';
import { numberPlate, numberPlates } from './numbering.ts';
import { type PlateRange, rangeOf } from './plate-range.ts';
import { nameShots, type ShotGroup } from './shots.ts';
import { outgoingNeeds } from './transition-needs.ts';

export type PlanInput = {
  /** `<production>/<name>/<revision>`. */
  turnover: string;
  list: CutList;
  matches: readonly EventMatch[];
  clips: readonly MatchClip[];
  recipe: Pick<Recipe, 'handles' | 'numbering'>;
  /** Rolls that are sealed here; default: every roll that has clips. Plates of other rolls wait. */
  rollsHere?: ReadonlySet<string>;
  /** The plan that was delivered before: frame numbers stay with their source frames, plates keep their names. */
  previous?: TurnoverPlan | null;
  /** Plates that older revisions made and the one before does not have: their numbers stay too. */
  earlier?: readonly PlannedPlate[];
  /** Template of the name of a shot that the list does not name. @default {list}_{number} */
  shotTemplate?: string;
};

/**
 * Decides what a turnover makes: one plate per picture event that has a clip, with handles, numbers and names. What cannot be planned is a
 * finding and leaves the rest alone.
 */
export function planTurnover(input: PlanInput): TurnoverPlan {
  const clips = new Map(input.clips.map((clip) => [clip.clipId, clip]));
  const needs = outgoingNeeds(input.list.events);
  const findings: Finding[] = matchFindings(input.list, input.matches, input.clips);
  const wanted = input.matches.flatMap((match) => {
    const event = input.list.events[match.eventIndex];
    const clip = match.clipId === null ? undefined : clips.get(match.clipId);
    return match.verdict === 'matched' && event && clip ? [{ event, clip }] : [];
  });
  const named = nameShots(
    wanted.map(({ event }) => event),
    input.list,
    input.shotTemplate ?? '{list}_{number}',
    input.previous ?? null,
  );
  findings.push(...named.findings);
  const unnumbered = wanted.flatMap(({ event, clip }) => {
    const made = planPlate(event, clip, named.byEvent.get(event.index)!, input, needs.get(event.index) ?? 0);
    findings.push(...made.findings);
    return made.plate ? [made.plate] : [];
  });
  const plates = numberPlates(unnumbered, input.recipe.numbering, [
    ...(input.previous?.plates ?? []),
    ...(input.earlier ?? []),
  ]);
  return {
    version: 1,
    kind: 'turnover-plan',
    turnover: input.turnover,
    events: input.list.events,
    matches: [...input.matches],
    plates,
    findings: [...listFindings(input.list, plates), ...findings],
  };
}

function planPlate(
  event: CutEvent,
  clip: MatchClip,
  named: ShotGroup,
  input: PlanInput,
  extra: number,
): { plate: PlannedPlate | null; findings: Finding[] } {
  const use = useOfClip(event, clip, input.list.rate ?? null, extra);
  const plateId = `${named.shot}_${named.plate}`;
  if (typeof use === 'string') return { plate: null, findings: [outside(event, clip, plateId, use, {})] };
  const range = rangeOf(use, clip.frameCount, input.recipe.handles);
  if (range === null) {
    const asked = `frames ${use.covered.first} to ${use.covered.last} are asked of a clip with ${clip.frameCount}`;
    return {
      plate: null,
      findings: [outside(event, clip, plateId, asked, { asked: use.covered, frameCount: clip.frameCount })],
    };
  }
  const waits = input.rollsHere !== undefined && !input.rollsHere.has(clip.rollId);
  const plate: PlannedPlate = {
    plateId,
    shot: named.shot,
    plate: named.plate,
    eventIndex: event.index,
    clipId: clip.clipId,
    clipName: clip.clipName,
    rollId: clip.rollId,
    sourceFrames: range.sourceFrames,
    cutFrames: range.cutFrames,
    handles: range.handles,
    handlesAsked: range.handlesAsked,
    ...numberPlate(range, input.recipe.numbering, null),
    speed: use.speed,
    reverse: use.step.num < 0,
    ...(event.curve ? { curve: inClip(event.curve, event, use) } : {}),
    cdl: event.cdl,
    shown: use.shown,
    step: use.step,
    record: event.record,
    waitsForRoll: waits,
  };
  return {
    plate,
    findings: [...rangeFindings(plate, range, use, clip, event), ...(waits ? [awaited(plate)] : [])],
  };
}

/** The curve of an event counted from the clip's first frame, as its plate is. */
function inClip(curve: RetimeCurve, event: CutEvent, use: ClipUse): RetimeCurve {
  const shown = event.sourceFrames ?? use.covered;
  const shift = rational(use.covered.first - Math.min(shown.first, shown.last));
  return {
    ...curve,
    points: curve.points.map(({ record, source }) => ({ record, source: add(source, shift) })),
  };
}

function rangeFindings(
  plate: PlannedPlate,
  range: PlateRange,
  use: ClipUse,
  clip: MatchClip,
  event: CutEvent,
): Finding[] {
  const findings: Finding[] = [];
  if (range.cutMissing > 0) {
    findings.push(
      outside(
        event,
        clip,
        plate.plateId,
        `${range.cutMissing} of the ${use.covered.last - use.covered.first + 1} frames asked lie outside the media`,
        {
          asked: use.covered,
          frameCount: clip.frameCount,
        },
      ),
    );
  }
  const { handles, handlesAsked } = plate;
  if (handles.head < handlesAsked.head || handles.tail < handlesAsked.tail) {
    findings.push(
      finding(
        'handles-clamped',
        { kind: 'plate', id: plate.plateId },
        `${plate.plateId} gets ${handles.head} frames of head handle and ${handles.tail} of tail (asked: ${handlesAsked.head} and ${handlesAsked.tail}), because ${clip.clipName} has no more.`,
        { handles, handlesAsked, frameCount: clip.frameCount },
      ),
    );
  }
  return findings;
}

function outside(
  event: CutEvent,
  clip: MatchClip,
  plateId: string,
  why: string,
  facts: Record<string, unknown>,
): Finding {
  return finding(
    'range-outside-media',
    { kind: 'plate', id: plateId, ...placeOf(event) },
    `Event ${event.number} (${event.source.in} to ${event.source.out}) asks for frames that ${clip.clipName} does not have: ${why}. Check the clip, the rate and the timecode of the list.`,
    { clipId: clip.clipId, startTimecode: clip.startTimecode, ...facts },
  );
}

function awaited(plate: PlannedPlate): Finding {
  return finding(
    'roll-awaited',
    { kind: 'plate', id: plate.plateId },
    `${plate.plateId} waits for roll ${plate.rollId}: its clip is known, but the roll is not sealed here yet. It starts by itself when the roll is verified.`,
    { rollId: plate.rollId },
  );
}

/** Problems of the list as findings of the turnover, so that one report holds everything. */
/**
 * What reading the list told. A timecode that cannot exist at the list's rate may at that of its clip, of which the plate
 * was counted: in a list of several rates that is no fault.
 */
function listFindings(list: CutList, plates: readonly PlannedPlate[]): Finding[] {
  const place = (line: number | undefined, path: unknown) => `${line} ${path ?? ''}`;
  const counted = new Set(
    plates.map(({ eventIndex }) => {
      const { line, path } = placeOf(list.events[eventIndex]!);
      return place(line, path);
    }),
  );
  const isCounted = ({ code, line, technical, ...problem }: CutList['problems'][number]) =>
    code === 'cut-list-illegal-timecode' &&
    technical.reason === 'frame-beyond-rate' &&
    /^source/.test(String(technical.where)) &&
    counted.has(place(line, problem.list));
  return list.problems.flatMap((problem) => {
    if (isCounted(problem)) return [];
    const subject = {
      kind: 'cut-list' as const,
      id: list.title === '' ? 'untitled' : list.title,
      ...(problem.line > 0 ? { line: problem.line } : {}),
      ...(typeof problem.list === 'string' ? { path: problem.list } : {}),
    };
    const code = FindingCode.safeParse(problem.code);
    return code.success ? [finding(code.data, subject, problem.forPeople, problem.technical)] : [];
  });
}
