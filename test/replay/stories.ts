import { ApplicationFailure } from '@temporalio/activity';
import { decide, noLongerWanted, rollArrived } from '../../workflows/messages.ts';
import { CONTROL_QUEUE } from '../../workflows/queues.ts';
import { until } from '../support/until.ts';
import { REQUEST, standInActivities, untilCancelled } from '../workflows/stand-in-activities.ts';
import type { Stage } from '../workflows/story-worker.ts';

/** A course that a workflow can take: plays it to its end, and names the runs worth keeping by what they show. */
export type Story = { name: string; play: (stage: Stage) => Promise<{ [name: string]: string }> };

const TURNOVER = (name: string) => `turnover/AGM/${name}/1`;

async function start(stage: Stage, type: string, workflowId: string, input: object) {
  return stage.client.workflow.start(type, { taskQueue: CONTROL_QUEUE, workflowId, args: [input] });
}

/** One of each shape of control flow. A new shape is a new story; an old one is not changed. */
export const STORIES: readonly Story[] = [
  {
    name: 'a turnover is published',
    async play(stage) {
      const submit = await start(stage, 'turnover', 'submit-published', { name: 'published' });
      await stage.play(standInActivities(), () => submit.result());
      return {
        'turnover-published': 'submit-published',
        'make-turnover-published': TURNOVER('published'),
        'make-plate-made': `${TURNOVER('published')}/S010_PL01`,
      };
    },
  },
  {
    name: 'a request is refused',
    async play(stage) {
      const refused = { refused: { code: 'input-invalid' as const, sentence: 'The cut list is missing.' } };
      const submit = await start(stage, 'turnover', 'submit-refused', {});
      await stage.play(standInActivities({ parseTurnoverSubmission: async () => refused }), () =>
        submit.result(),
      );
      return { 'turnover-refused': 'submit-refused' };
    },
  },
  {
    name: 'a turnover runs already; it waits for a roll, a person decides, the roll arrives',
    async play(stage) {
      let arrived = false;
      const waiting = [{ what: 'event 002 reel A002R1AA', why: 'no clip here fits yet' }];
      const standIns = standInActivities({
        planTurnover: async () => ({
          planKey: 'plan',
          plates: ['S010_PL01'],
          waiting: arrived ? [] : waiting,
        }),
      });
      await stage.play(standIns, async () => {
        const submit = await start(stage, 'turnover', 'submit-waiting', { name: 'waiting' });
        await until('a story that goes on', () => standIns.callsOf('publishPackage').length === 1);
        await (await start(stage, 'turnover', 'submit-again', { name: 'waiting' })).result();
        const child = stage.client.workflow.getHandle(TURNOVER('waiting'));
        await child.executeUpdate(decide, { args: [{ eventIndex: 0, clipId: 'clip-7', who: 'Ana' }] });
        await until('a story that goes on', () => standIns.callsOf('publishPackage').length === 2);
        arrived = true;
        await child.signal(rollArrived, { rollId: 'AGM/20260930/A002R1AA' });
        await submit.result();
      });
      return { 'turnover-already-running': 'submit-again', 'make-turnover-waited': TURNOVER('waiting') };
    },
  },
  {
    name: 'one plate fails, one waits for its camera format until the deadline',
    async play(stage) {
      const standIns = standInActivities({
        preparePlate: async ({ plateId }) =>
          plateId === 'S020_PL01'
            ? { waiting: 'The camera format «B» has no input transform.' }
            : {
                preparedKey: 'prepared',
                clipName: 'A001C001',
                segments: [{ deliverable: 'plate', jobKey: 'job', first: 0, last: 95 }],
                movies: [],
                trims: [],
              },
        renderSegment: async () => {
          throw ApplicationFailure.nonRetryable('A001C001.mov is not what it says', 'unreadable');
        },
      });
      const deadline = new Date(Date.now() + 3_000).toISOString();
      const submit = await start(stage, 'turnover', 'submit-failing', { name: 'failing', deadline });
      await stage.play(standIns, () => submit.result());
      return {
        'make-turnover-plate-failed': TURNOVER('failing'),
        'make-plate-failed': `${TURNOVER('failing')}/S010_PL01`,
        'make-plate-waiting': `${TURNOVER('failing')}/S020_PL01`,
      };
    },
  },
  {
    name: 'a turnover is cancelled while it renders',
    async play(stage) {
      const standIns = standInActivities({ renderSegment: untilCancelled });
      await stage.play(standIns, async () => {
        const submit = await start(stage, 'turnover', 'submit-cancelled', { name: 'cancelled' });
        await until('a story that goes on', () => standIns.callsOf('renderSegment').length === 2);
        await stage.client.workflow.getHandle(TURNOVER('cancelled')).cancel();
        await submit.result().catch(() => undefined);
      });
      return {
        'make-turnover-cancelled': TURNOVER('cancelled'),
        'make-plate-cancelled': `${TURNOVER('cancelled')}/S010_PL01`,
      };
    },
  },
  {
    name: 'a newer cut does not want a plate any more; an earlier run holds the id of another',
    async play(stage) {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const standIns = standInActivities({
        preparePlate: async ({ planKey }) => {
          if (planKey === 'plan-0') await held;
          return {
            preparedKey: 'prepared',
            clipName: 'A001C001',
            segments: [{ deliverable: 'plate', jobKey: 'job', first: 0, last: 95 }],
            movies: [],
            trims: [],
          };
        },
        renderSegment: async ({ plateId, first, last }) => {
          if (plateId === 'S020_PL01') return untilCancelled();
          return { first, last, framesMade: 96, framesReused: 0, engine: { wallMs: 1, cpuMs: 1 } };
        },
      });
      await stage.play(standIns, async () => {
        await start(stage, 'makePlate', `${TURNOVER('recut')}/S010_PL01`, {
          request: REQUEST,
          planKey: 'plan-0',
          plateId: 'S010_PL01',
        });
        const submit = await start(stage, 'turnover', 'submit-recut', { name: 'recut' });
        await until('a story that goes on', () => standIns.callsOf('renderSegment').length === 1);
        await stage.client.workflow.getHandle(TURNOVER('recut')).signal(noLongerWanted, ['S020_PL01']);
        await until('a story that goes on', () => standIns.callsOf('recordPlateEnd').length === 1);
        release();
        await submit.result();
      });
      return { 'make-turnover-recut': TURNOVER('recut') };
    },
  },
  {
    name: 'a card is taken in',
    async play(stage) {
      await stage.play(standInActivities(), async () => {
        await (await start(stage, 'ingestRoll', 'ingest', {})).result();
      });
      return { 'ingest-roll': 'ingest', 'receive-roll': 'roll/AGM/20260930/A001R1AA' };
    },
  },
  {
    name: 'a stored roll is verified again',
    async play(stage) {
      const standIns = standInActivities({
        parseRollRequest: async () => ({
          accepted: {
            production: 'AGM',
            source: '/',
            roll: 'A002R1AA',
            shootDay: '20260930',
            site: 'studio',
            priority: 5,
          },
        }),
      });
      await stage.play(standIns, async () => {
        await (await start(stage, 'verifyRoll', 'verify', {})).result();
      });
      return { 'verify-roll': 'verify', 'read-roll-again': 'roll/AGM/20260930/A002R1AA' };
    },
  },
  {
    name: 'a stored roll is sent to another site',
    async play(stage) {
      await stage.play(standInActivities(), async () => {
        await (await start(stage, 'transferRoll', 'transfer', {})).result();
      });
      return { 'transfer-roll': 'transfer', 'send-roll': 'roll/AGM/20260930/A003R1AA' };
    },
  },
  {
    name: 'a transfer is refused by the site that would send',
    async play(stage) {
      const refused = {
        refused: { code: 'refused-by-rule' as const, sentence: 'AGM may not lie at annex.' },
      };
      const standIns = standInActivities({ checkTransfer: async () => refused });
      await stage.play(standIns, async () => {
        await (await start(stage, 'transferRoll', 'transfer-refused', {})).result();
      });
      return { 'transfer-roll-refused': 'transfer-refused' };
    },
  },
  {
    name: 'a window opens',
    async play(stage) {
      const list = (name: string) => ({
        id: `${name}.edl`,
        list: { key: `inbox/AGM/${name}.edl`, etag: 'etag' },
        input: { production: 'AGM', name, cutList: { key: `facts/${name}` } },
      });
      const standIns = standInActivities({
        takeInbox: async () => ({ submissions: [list('R1'), list('R2')] }),
      });
      await stage.play(standIns, async () => {
        await (await start(stage, 'openWindow', 'window-evening', { production: 'AGM' })).result();
        for (const name of ['R1', 'R2'])
          await stage.client.workflow.getHandle(`window/AGM/${name}.edl`).result();
      });
      return { 'open-window': 'window-evening' };
    },
  },
  {
    name: "two plates of a maker's engine with one licence",
    async play(stage) {
      const work = {
        clipName: 'A001C001',
        segments: [{ deliverable: 'plate', jobKey: 'job', first: 0, last: 23, engine: 'flapi' }],
        movies: [],
        trims: [],
        licences: { flapi: 1 },
      };
      const standIns = standInActivities({
        preparePlate: async ({ plateId }) => ({ preparedKey: `prepared-${plateId}`, ...work }),
        askForLicence: (request) => stage.rushes.askForLicence(request),
      });
      await stage.play(standIns, async () => {
        const input = (plateId: string) => ({ request: REQUEST, planKey: 'plan', plateId });
        const plates = await Promise.all(
          ['S010_PL01', 'S020_PL01'].map((id) => start(stage, 'makePlate', `licensed/${id}`, input(id))),
        );
        await Promise.all(plates.map((plate) => plate.result()));
        await stage.client.workflow.getHandle('licences/studio/flapi').result();
      });
      return { 'share-licences': 'licences/studio/flapi', 'make-plate-licensed': 'licensed/S010_PL01' };
    },
  },
];
