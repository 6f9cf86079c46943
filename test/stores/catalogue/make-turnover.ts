import type { EventMatch, PlannedPlate, TurnoverPlan, TurnoverRequest } from '../../../schemas/turnover.ts';
import { turnoverId } from '../../../schemas/turnover.ts';

/** A request of production `agm`, turnover `reel1`. */
export function makeRequest(changes: Partial<TurnoverRequest> = {}): TurnoverRequest {
  return {
    production: 'agm',
    name: 'reel1',
    revision: 1,
    recipe: 'vfx-plates',
    handles: 8,
    fps: null,
    site: 'studio',
    priority: 3,
    cutListKey: 'facts/agm/cut-lists/ab/reel1.edl',
    cutListFileName: 'reel1.edl',
    amfKey: null,
    fdlKey: null,
    deadline: null,
    ...changes,
  };
}

/** A plate of 24 frames with 8 frames of handles on each side. */
export function makePlate(plateId: string, changes: Partial<PlannedPlate> = {}): PlannedPlate {
  const [shot = plateId, plate = 'PL01'] =
    plateId.split('_PL').length === 2 ? [plateId.split('_PL')[0], `PL${plateId.split('_PL')[1]}`] : [plateId];
  return {
    plateId,
    shot,
    plate,
    eventIndex: 0,
    clipId: 'clip-1',
    clipName: 'A001C001',
    rollId: 'agm/20260930/A001R1AB',
    sourceFrames: { first: 92, last: 131 },
    cutFrames: { first: 100, last: 123 },
    handles: { head: 8, tail: 8 },
    handlesAsked: { head: 8, tail: 8 },
    firstFrameNumber: 1001,
    speed: { num: 1, den: 1 },
    reverse: false,
    cdl: null,
    ...changes,
  };
}

/** A plan with these plates, and with one event for each verdict that has no plate. */
export function makePlan(
  request: TurnoverRequest,
  plates: PlannedPlate[],
  unanswered: EventMatch['verdict'][] = [],
): TurnoverPlan {
  const verdicts: EventMatch['verdict'][] = [...plates.map(() => 'matched' as const), ...unanswered];
  const timecode = { in: '10:00:00:00', out: '10:00:01:00' };
  return {
    version: 1,
    kind: 'turnover-plan',
    turnover: turnoverId(request),
    events: verdicts.map((_, index) => ({
      index,
      number: String(index + 1).padStart(3, '0'),
      reel: 'A001',
      tracks: ['V'],
      kind: 'cut',
      class: 'picture',
      source: timecode,
      record: timecode,
      sourceFrames: { first: 0, last: 23 },
      speed: { num: 1, den: 1 },
      transition: null,
      clipName: null,
      sourceFile: null,
      shotName: null,
      cdl: null,
      notes: [],
    })),
    matches: verdicts.map((verdict, eventIndex) => ({
      eventIndex,
      verdict,
      clipId: plates[eventIndex]?.clipId ?? null,
      candidates: [],
    })),
    plates: plates.map((plate, eventIndex) => ({ ...plate, eventIndex })),
    findings: [],
  };
}
