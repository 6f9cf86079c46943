import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import type { Activities } from '../../activities/index.ts';
import { finding } from '../../schemas/finding.ts';
import type { RollReport } from '../../schemas/roll.ts';
import type { TurnoverRequest } from '../../schemas/turnover.ts';

/** One call of an activity, as the server ordered it. */
export type ActivityCall = {
  name: keyof Activities;
  input: unknown;
  attempt: number;
  taskQueue: string;
  priorityKey: number | undefined;
  fairnessKey: string | undefined;
};

/** Activities that answer at once with what a story needs, and remember how they were called. */
export type StandIns = {
  activities: Activities;
  calls: ActivityCall[];
  callsOf(name: keyof Activities): ActivityCall[];
};

/** The request of a small turnover. */
export const REQUEST: TurnoverRequest = {
  production: 'AGM',
  name: 'demo',
  revision: 1,
  recipe: 'vfx-plates',
  handles: 8,
  fps: null,
  site: 'studio',
  priority: 3,
  cutListKey: 'facts/AGM/cut-lists/0/demo.edl',
  cutListFileName: 'demo.edl',
  amfKey: null,
  fdlKey: null,
  deadline: null,
};

const ROLL = {
  production: 'AGM',
  source: '/cards/A001R1AA',
  roll: 'A001R1AA',
  shootDay: '20260930',
  site: 'studio',
  priority: 3,
};

const TRANSFER = {
  production: 'AGM',
  roll: 'A003R1AA',
  shootDay: '20260930',
  from: 'studio',
  to: 'annex',
  priority: 3,
};

const REPORT: RollReport = {
  version: 1,
  kind: 'roll-report',
  rollId: 'AGM/20260930/A001R1AA',
  state: 'sealed',
  counts: { files: 3, bytes: 3000, verified: 3, failed: 0, missing: 0, clips: 2 },
  generation: 2,
  findings: [finding('no-history', { kind: 'roll', id: 'A001R1AA' }, 'The card has no ASC MHL history.')],
};

/** Two plates of one segment each; nothing fails and nothing waits. A test says what is otherwise. */
const CALM: Partial<Activities> = {
  parseTurnoverSubmission: async (input) => ({
    accepted: { ...REQUEST, ...(input as Partial<TurnoverRequest>) },
  }),
  parseIngestRequest: async (input) => ({ accepted: { ...ROLL, ...(input as Partial<typeof ROLL>) } }),
  parseRollRequest: async () => ({ accepted: ROLL }),
  checkSource: async ({ roll }) => ({ accepted: { source: roll.source } }),
  planTurnover: async () => ({ planKey: 'plan-1', plates: ['S010_PL01', 'S020_PL01'], waiting: [] }),
  preparePlate: async ({ plateId }) => ({
    preparedKey: `prepared-${plateId}`,
    clipName: 'A001C001',
    segments: [{ deliverable: 'plate', jobKey: 'job', first: 0, last: 95 }],
    movies: [{ deliverable: 'reference', jobKey: 'job' }],
    trims: [],
  }),
  renderSegment: async ({ first, last }) => ({
    first,
    last,
    framesMade: last - first + 1,
    framesReused: 0,
    engine: { wallMs: 1, cpuMs: 1 },
  }),
  renderTogether: async () => ({ engine: { wallMs: 1, cpuMs: 1 } }),
  renderMovie: async () => ({ key: 'made/movie', frameCount: 96 }),
  trimClip: async () => ({ isCut: true, frameCount: 96 }),
  finishPlate: async ({ plateId }) => ({ madeKey: `made-${plateId}` }),
  checkPlate: async () => ({ findings: 0 }),
  endedHolders: async () => [],
  publishPackage: async ({ waiting }) => ({
    turnover: 'AGM/demo/1',
    state: waiting > 0 ? 'partial' : 'published',
    package: 'AGM/demo/1',
    frames: { wanted: 192, made: 192, reused: 0 },
    reportKey: 'report-1',
  }),
  hasNews: async () => false,
  recordDecision: async ({ decision }) =>
    `event ${decision.eventIndex} means ${decision.clipId}, says ${decision.who}`,
  recordPlateEnd: async () => undefined,
  endTurnover: async () => undefined,
  discoverRoll: async () => ({
    listingKey: 'listing-1',
    files: 3,
    bytes: 3000,
    batches: [
      { first: 0, last: 1, files: 2, bytes: 2000, label: 'A001C001.mov to A001C002.mov' },
      { first: 2, last: 2, files: 1, bytes: 1000, label: 'A001R1AA.ale' },
    ],
    toCompare: { missing: 0, unlisted: 0 },
  }),
  copyFiles: async ({ batch }) => ({ copyKey: `copy-${batch.first}`, failed: 0 }),
  judgeRoll: async () => ({ verdictKey: 'verdict-1', complete: true }),
  appendGeneration: async () => ({ number: 2 }),
  discoverStored: async () => ({
    listingKey: 'listing-2',
    files: 3,
    bytes: 3000,
    batches: [{ first: 0, last: 2, files: 3, bytes: 3000, label: 'A001C001.mov to A001R1AA.ale' }],
    toCompare: { missing: 0, unlisted: 0 },
  }),
  parseTransferRequest: async () => ({ accepted: TRANSFER }),
  checkTransfer: async ({ order }) => ({ accepted: { to: order.to } }),
  sendFiles: async ({ batch }) => ({
    copyKey: `sent-${batch.first}`,
    sent: batch.files,
    bytes: batch.bytes,
    there: 0,
  }),
  sendHistory: async () => ({ histories: 1 }),
  hashStored: async ({ batch }) => ({ copyKey: `read-${batch.first}` }),
  groupClips: async () => ({
    groupsKey: 'groups-1',
    clips: [
      { clipKey: 'A001C001', clipName: 'A001C001' },
      { clipKey: 'A001C002', clipName: 'A001C002' },
    ],
  }),
  inspectClip: async ({ clipKey }) => ({ clipId: `id-${clipKey}`, factKey: `clip-${clipKey}` }),
  sealRoll: async () => REPORT,
  announceRoll: async () => ({ told: 0 }),
  takeInbox: async () => ({ submissions: [] }),
  clearInbox: async () => undefined,
};

/** Activities of a calm story, but for what `otherwise` says. */
export function standInActivities(otherwise: Partial<Activities> = {}): StandIns {
  const calls: ActivityCall[] = [];
  // Where all stands still for longer than an attempt may be silent, the server asks again for what is made or in the
  // making: as ours do, the second attempt answers with what the first makes.
  const begun = new Map<string, Promise<unknown>>();
  const entries = Object.entries({ ...CALM, ...otherwise }).map(([name, act]) => [
    name,
    async (input: unknown) => {
      const { attempt, taskQueue, priority, activityId, workflowExecution } = activityInfo();
      const { priorityKey, fairnessKey } = priority ?? {};
      const work = act as (input: unknown) => Promise<unknown>;
      const id = `${workflowExecution?.runId}/${activityId}`;
      const earlier = begun.get(id);
      if (earlier) return earlier.catch(() => work(input));
      calls.push({ name: name as keyof Activities, input, attempt, taskQueue, priorityKey, fairnessKey });
      const doing = work(input);
      begun.set(id, doing);
      // One that fails is tried again: that is a call of its own.
      doing.catch(() => begun.delete(id));
      return doing;
    },
  ]);
  return {
    activities: Object.fromEntries(entries) as Activities,
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name),
  };
}

/** Work without end: stops, as ours does, when the server says so in answer to a heartbeat. */
export async function untilCancelled(): Promise<never> {
  const beat = setInterval(() => heartbeat(), 100);
  try {
    return await Context.current().cancelled;
  } finally {
    clearInterval(beat);
  }
}
