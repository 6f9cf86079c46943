import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { RollReport } from '../../schemas/roll.ts';
import { readChain } from '../../standards/mhl/chain.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { bytesRead, makeSoundRoll, SOUND_BYTES, SOUND_FILES } from '../support/sound-roll.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { fetchRoll, ingest, PRODUCTION, resetToStart } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { deliveryOf } from './same-delivery.ts';

let card: MadeCard;
let calm: Record<string, string>;

beforeAll(async () => {
  card = await makeCard({
    dir: join(footageFolder(), 'stop-and-go-ingest'),
    tools: toolPaths(),
    kind: 'exr',
    clips: 2,
    frames: 48,
    size: { width: 256, height: 144 },
    seed: 8,
  });
  calm = await withInstallation('calm-ingest', async (at) => {
    await at.startWorker('control,io,media');
    expect(await ingest(at, card)).toMatchObject({ state: 'sealed', generation: 2 });
    return deliveryOf(await fetchRoll(at, card));
  });
});

const rollId = () => `${PRODUCTION}/${card.shootDay}/${card.roll}`;

/** Paths that are written down as copied, so that no later attempt reads them again. */
async function recorded(at: TestInstallation, roll = rollId()): Promise<Map<string, string | undefined>> {
  const files = await at.local.deps.catalogue.filesOf(roll);
  return new Map(files.map(({ path, versionId }) => [path, versionId]));
}

const GATED = { gated: ['studio'] };
const FILES = 96;

/** Lets so many originals of a roll into the store, and keeps the others waiting. */
const holdAfter = (at: TestInstallation, count: number, roll = rollId()) =>
  at.gate().hold((method, path) => method === 'PUT' && isOriginal(path, roll), count);

function isOriginal(path: string, roll: string): boolean {
  return path.startsWith(`/studio-ocf/${roll}/`) && !path.includes('/ascmhl/');
}

function isChain(path: string): boolean {
  return path.startsWith(`/studio-ocf/${rollId()}/`) && path.includes('/ascmhl/ascmhl_chain.xml');
}

/** Waits until so many files are written down as copied and the next one is held. */
const untilHeld = (at: TestInstallation, count: number, roll = rollId()) =>
  until(
    `${count} files of ${roll} copied, and no more`,
    async () => at.gate().waiting() > 0 && (await recorded(at, roll)).size === count,
  );

describe.concurrent('the same card from empty stores', () => {
  test('an ingest that is terminated while it copies, and started again, gives the same roll', () =>
    withInstallation(
      'terminated-ingest',
      async (at) => {
        await at.startWorker('control,io,media');
        holdAfter(at, 5);
        const first = await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path });
        const ended = first.result().then(
          () => null,
          (error: unknown) => error,
        );
        await untilHeld(at, 5);
        await at.rushes.temporal.workflow.getHandle(`roll/${rollId()}`).terminate('a person in the web UI');
        const before = await recorded(at);
        expect(before.size).toBeLessThan(FILES);
        at.gate().open();

        expect(await ingest(at, card)).toMatchObject({
          state: 'sealed',
          generation: 2,
          counts: { failed: 0, missing: 0, clips: 2 },
        });
        expect(await ended).toMatchObject({ code: 'ended' });
        const after = await recorded(at);
        for (const [path, version] of before) expect(after.get(path), path).toBe(version);
        expect(deliveryOf(await fetchRoll(at, card))).toEqual(calm);
      },
      GATED,
    ));

  test('work that is terminated between manifest and chain leaves a history that the next work completes', () =>
    withInstallation(
      'terminated-commit',
      async (at) => {
        await at.startWorker('control,media');
        /** Meets the work when its manifest stands in the store and its chain does not, and ends it and its worker there. */
        const endBeforeChain = async (chainsBefore: number, start: () => Promise<unknown>) => {
          const io = await at.startWorker('io');
          at.gate().hold((method, path) => method === 'PUT' && isChain(path), chainsBefore);
          await start();
          await at.gate().untilHeld();
          await at.rushes.temporal.workflow.getHandle(`roll/${rollId()}`).terminate('a person in the web UI');
          await io.kill();
          at.gate().open();
        };
        const numbers = () =>
          readChain(
            readFileSync(join(at.objects.dataDir, 'studio-ocf', rollId(), 'ascmhl/ascmhl_chain.xml')),
          ).map(({ sequenceNumber }) => sequenceNumber);

        // The card's own chain goes in before that of the service.
        await endBeforeChain(1, () => at.rushes.ingestRoll({ production: PRODUCTION, source: card.path }));
        const io = await at.startWorker('io');
        expect(await ingest(at, card)).toMatchObject({ state: 'sealed', generation: 3 });
        expect(numbers()).toEqual([1, 2, 3]);

        await io.kill();
        const request = { production: PRODUCTION, shootDay: card.shootDay, roll: card.roll };
        await endBeforeChain(0, () => at.rushes.verifyRoll(request));
        await at.startWorker('io');
        const report = await (await at.rushes.verifyRoll(request)).result();
        expect(report).toMatchObject({ state: 'sealed', generation: 5, findings: [] });
        expect(numbers()).toEqual([1, 2, 3, 4, 5]);
        expect(await referenceVerdict(await fetchRoll(at, card))).toBe('accepted');
      },
      GATED,
    ));

  test('an ingest that is reset in the UI while it copies gives the same roll', () =>
    withInstallation(
      'reset-ingest',
      async (at) => {
        await at.startWorker('control,io,media');
        holdAfter(at, 5);
        const first = await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path });
        await untilHeld(at, 5);
        expect((await recorded(at)).size).toBeLessThan(FILES);
        await resetToStart(at, `roll/${rollId()}`);
        at.gate().open();

        const report = await at.rushes.temporal.workflow.getHandle(`roll/${rollId()}`).result();
        expect(RollReport.parse(report)).toMatchObject({
          state: 'sealed',
          generation: 2,
          counts: { failed: 0, missing: 0, clips: 2 },
        });
        expect(await first.result()).toEqual(report);
        expect(deliveryOf(await fetchRoll(at, card))).toEqual(calm);
      },
      GATED,
    ));

  test('one card started twice at once: one takes it in, the other is refused and names it', () =>
    withInstallation(
      'twice-ingest',
      async (at) => {
        await at.startWorker('control,io,media');
        const request = { production: PRODUCTION, source: card.path };
        // Nothing can be copied before one is refused, or the first might be done when the second comes.
        holdAfter(at, 0);
        const started = await Promise.all([at.rushes.ingestRoll(request), at.rushes.ingestRoll(request)]);
        const results = started.map((one) => one.result());
        await Promise.race(results);
        at.gate().open();
        const outcomes = await Promise.all(results);
        const refused = outcomes.filter(isRefusal);
        expect(refused).toHaveLength(1);
        expect(refused[0]!.refused).toMatchObject({
          code: 'already-running',
          sentence: expect.stringContaining(`roll/${rollId()}`),
        });
        expect(outcomes.find((one) => !isRefusal(one))).toMatchObject({ state: 'sealed', generation: 2 });
        expect(deliveryOf(await fetchRoll(at, card))).toEqual(calm);
      },
      GATED,
    ));

  test('kill -9 of the worker that copies: only the file under way is read again', () =>
    withInstallation(
      'killed-ingest',
      async (at) => {
        const roll = await makeSoundRoll();
        const [, ...copiers] = await Promise.all([
          at.startWorker('control,media'),
          at.startWorker('io'),
          at.startWorker('io'),
        ]);
        const id = `${PRODUCTION}/20240427/${roll.name}`;
        holdAfter(at, 2, id);
        const started = await at.rushes.ingestRoll({ production: PRODUCTION, source: roll.path });
        await untilHeld(at, 2, id);
        for (const worker of copiers) worker.freeze();
        const { raw } = await at.rushes.temporal.workflow.getHandle(`roll/${id}`).describe();
        const copying = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'copyFiles');
        const victim = copiers.find(({ pid }) => copying?.lastWorkerIdentity?.endsWith(`/${pid}`))!;
        const other = copiers.find((worker) => worker !== victim)!;
        await victim.kill();
        const before = await recorded(at, id);
        expect(before.size).toBeLessThan(SOUND_FILES);
        const readBefore = bytesRead(other.pid);
        at.gate().open();
        other.thaw();

        expect(await started.result()).toMatchObject({
          state: 'sealed',
          generation: 2,
          counts: { verified: SOUND_FILES, failed: 0 },
        });
        const read = bytesRead(other.pid) - readBefore;
        const left = SOUND_FILES - before.size;
        expect(read).toBeGreaterThanOrEqual(left * SOUND_BYTES);
        // The file under way may stand whole in the store without being written down: it is then read back from there too.
        expect(read).toBeLessThan((left + 1) * SOUND_BYTES + 16 * 2 ** 20);
        const after = await recorded(at, id);
        for (const [path, version] of before) expect(after.get(path), path).toBe(version);
        const folder = join(at.folder, 'fetched', roll.name);
        expect((await at.command('roll', 'get', id, folder)).code).toBe(0);
        expect(await referenceVerdict(folder)).toBe('accepted');
      },
      GATED,
    ));
});
