import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTurnoverSubmission } from '../../activities/parse-turnover-submission.ts';
import { planTurnover } from '../../activities/plan-turnover.ts';
import { preparePlate } from '../../activities/prepare-plate.ts';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import type { DemoSet } from '../../footage/demo-set.ts';
import { LearnedRule } from '../../schemas/camera-format.ts';
import { TurnoverPlan, type TurnoverStatus } from '../../schemas/turnover.ts';
import { teach } from '../../service/teach.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder, smallDemoSet } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';

const PRODUCTION = 'AGM';

let at: TestInstallation;
let set: DemoSet;

beforeAll(async () => {
  [at, set] = await Promise.all([makeInstallation('waits'), smallDemoSet(['prores', 'dpx'])]);
  await at.startWorker('control,io,media,render', 2);
});

afterAll(() => at?.close());

async function json<T>(code: number | number[], ...args: string[]): Promise<T> {
  const result = await at.command(...args, '--json');
  expect([code].flat(), `${args.join(' ')}: ${result.stderr}`).toContain(result.code);
  return JSON.parse(result.stdout) as T;
}

const ingest = (card: { path: string }) => json(0, 'ingest', card.path, '--production', PRODUCTION);
const statusOf = (id: string) => json<TurnoverStatus>([0, 10, 13], 'turnover', 'status', id);
const states = ({ shots }: TurnoverStatus) => shots.flatMap(({ plates }) => plates.map(({ state }) => state));

const untilStatus = (id: string, what: string, holds: (status: TurnoverStatus) => boolean) =>
  until(what, async () => {
    const status = await statusOf(id);
    return holds(status) && status;
  });

test('a list that comes before its footage waits, goes on roll by roll and format by format, and is then whole', async () => {
  const id = 'AGM/demo/1';
  const first = await json<object>(10, 'turnover', 'submit', set.cutList.path, '--production', PRODUCTION);
  expect(first).toMatchObject({ turnover: id, plates: { made: 0, waiting: 8 }, frames: { made: 0 } });
  expect(states(await statusOf(id))).toEqual(Array(8).fill('waiting'));

  await ingest(set.cards[0]!);
  const half = await untilStatus(
    id,
    'the plates of the first roll',
    (status) => status.state === 'partial' && states(status).filter((state) => state === 'made').length === 4,
  );
  expect(states(half).filter((state) => state === 'waiting')).toHaveLength(4);

  await ingest(set.cards[1]!);
  const lacking = await untilStatus(
    id,
    'the plates of the second roll to wait for their colour',
    (status) => {
      const plates = status.shots.flatMap((shot) => shot.plates);
      return (
        status.state === 'partial' &&
        plates.every(({ clipId }) => clipId !== null) &&
        plates.filter(({ state }) => state === 'waiting').length === 4
      );
    },
  );
  const reasons = lacking.shots
    .flatMap(({ plates }) => plates)
    .filter(({ state }) => state !== 'made')
    .map((plate) => String((plate as { reason?: string }).reason));
  expect(states(lacking).filter((state) => state === 'made')).toHaveLength(4);
  expect(reasons).toHaveLength(4);
  for (const reason of reasons) expect(reason).toMatch(/colour|input transform/i);

  const { formats } = await json<{ formats: { formatId: string; missing: string[] }[] }>(
    10,
    'formats',
    '--production',
    PRODUCTION,
  );
  const { formatId } = formats.find(({ missing }) => missing.length > 0)!;
  const taught = await at.command(
    'formats',
    'set',
    formatId,
    'inputColorSpace=ARRI LogC3 (EI800)',
    '--production',
    PRODUCTION,
  );
  expect(taught.stderr).toContain('1 waiting turnovers look again');
  const whole = await untilStatus(id, 'all plates', ({ state }) => state === 'published');
  expect(states(whole)).toEqual(Array(8).fill('made'));
  // What is published is written down before the workflow ends.
  const story = at.rushes.temporal.workflow.getHandle(`turnover/${id}`);
  expect(await story.result()).toMatchObject({ state: 'published', plates: { made: 8, waiting: 0 } });
  expect((await story.describe()).status.name).toBe('COMPLETED');

  const folder = join(at.folder, 'package');
  expect((await at.command('package', 'export', id, folder)).code).toBe(0);
  expect(await json(0, 'package', 'verify', folder)).toMatchObject({ ok: true, counts: { plates: 8 } });
});

test('an event that two clips fit asks a person, waits, and is made of the clip that was said; the next list knows', async () => {
  const cards = await Promise.all(['20240501', '20240502'].map((shootDay) => twin(shootDay)));
  for (const card of cards) await ingest(card);
  const list = ambiguousList(cards[0]!, 'twins.edl');
  const plan = TurnoverPlan.loose().parse(
    await json(13, 'turnover', 'plan', list, '--production', PRODUCTION),
  );
  const [match] = plan.matches;
  expect(match).toMatchObject({ verdict: 'ambiguous', clipId: null });
  expect(match!.candidates.length).toBeGreaterThanOrEqual(2);

  const id = 'AGM/twins/1';
  expect(await json(10, 'turnover', 'submit', list, '--production', PRODUCTION)).toMatchObject({
    plates: { made: 0, waiting: 1 },
  });
  expect(states(await statusOf(id))).toEqual(['ambiguous']);

  const nobody = await at.command(
    'turnover',
    'decide',
    id,
    '--event',
    '0',
    '--clip',
    'no-such-clip',
    '--who',
    'Ana',
  );
  expect(nobody.code).toBe(20);
  expect(nobody.stderr).toContain('There is no clip no-such-clip');
  const meant = match!.candidates.find(({ rollId }) => rollId.includes('20240502'))!;
  const decided = await json<{ recorded: string }>(
    0,
    'turnover',
    'decide',
    id,
    '--event',
    '0',
    '--clip',
    meant.clipId,
    '--who',
    'Ana',
  );
  expect(decided.recorded).toContain(meant.clipName);
  expect(decided.recorded).toContain('Ana');
  const made = await untilStatus(id, 'the decided plate', ({ state }) => state === 'published');
  expect(made.shots[0]!.plates[0]).toMatchObject({ clipId: meant.clipId, state: 'made' });

  const later = TurnoverPlan.loose().parse(
    await json(
      0,
      'turnover',
      'plan',
      ambiguousList(cards[0]!, 'twins_later.edl'),
      '--production',
      PRODUCTION,
    ),
  );
  expect(later.matches[0]).toMatchObject({ verdict: 'matched', clipId: meant.clipId });
});

test('a turnover that nobody waits for any more is cancelled from the command line', async () => {
  const list = join(at.folder, 'never.edl');
  writeFileSync(list, listOver(await twin('20240503'), 'never', 'Z999R9ZZ'));
  await json(10, 'turnover', 'submit', list, '--production', PRODUCTION);
  const id = 'AGM/never/1';
  expect((await at.command('turnover', 'cancel', id)).code).toBe(0);
  await untilStatus(id, 'the end', ({ state }) => state === 'cancelled');
  await expect(at.rushes.temporal.workflow.getHandle(`turnover/${id}`).result()).rejects.toThrow();
  const again = await at.command('turnover', 'cancel', id);
  expect(again.code).toBe(20);
});

test('what a plan or a plate lacks and what comes in that very moment is not missed', async () => {
  const { deps, run } = at.local;
  const go = () => run(new AbortController().signal);
  const cutList = { path: set.cutList.path };
  await json(0, 'ingest', set.cards[1]!.path, '--production', 'NOW');
  const parsed = await parseTurnoverSubmission.run(deps, { production: 'NOW', name: 'now', cutList }, go());
  if (isRefusal(parsed)) throw new Error(parsed.refused.sentence);
  const request = parsed.accepted;
  let told: string[] = [];
  const clipsForMatching = async (production: string) => {
    const clips = await deps.catalogue.clipsForMatching(production);
    // A roll that is known from now on is not in this plan: whoever announces it must find the turnover.
    told = await deps.catalogue.waitingTurnovers(production);
    return clips;
  };
  const planning = { ...deps, catalogue: { ...deps.catalogue, clipsForMatching } };
  const { planKey, plates } = await planTurnover.run(planning, { request }, go());
  expect(told).toEqual(['NOW/now/1']);

  const [lacking] = (await deps.catalogue.listCameraFormats('NOW')).filter(
    ({ missing }) => missing.length > 0,
  );
  let looked: number | undefined;
  const setPlateState: typeof deps.catalogue.setPlateState = async (...state) => {
    // The last moment in which nobody sees that it waits: the answer comes, and nobody is told.
    if (looked === undefined) {
      const attributes = { inputColorSpace: 'ARRI LogC3 (EI800)' };
      const rule = {
        version: 1,
        kind: 'learned-rule',
        production: 'NOW',
        formatId: lacking!.formatId,
        attributes,
        who: 'Ana',
      };
      looked = await teach(
        at.local,
        LearnedRule.parse({ ...rule, at: '2026-11-22T00:00:00Z' }),
        at.configuration.temporal,
      );
    }
    await deps.catalogue.setPlateState(...state);
  };
  const preparing = { ...deps, catalogue: { ...deps.catalogue, setPlateState } };
  const prepared = await preparePlate.run(preparing, { request, planKey, plateId: plates[0]! }, go());
  expect(looked).toBe(0);
  expect(prepared).toMatchObject({ preparedKey: expect.any(String) });
});

/** A card of another day with the reel and the timecode of its twins. */
function twin(shootDay: string): Promise<MadeCard> {
  const dir = join(footageFolder(), 'twins');
  mkdirSync(dir, { recursive: true });
  return makeCard({
    dir,
    shootDay,
    kind: 'prores',
    clips: 1,
    frames: 24,
    size: { width: 256, height: 144 },
    camera: 'C',
    rollNumber: 7,
    seed: Number(shootDay.slice(-2)),
    tools: toolPaths(),
  });
}

function listOver({ clips }: MadeCard, title: string, reel?: string): string {
  const use = {
    clip: clips[0]!,
    first: 8,
    durationFrames: 8,
    shotName: `${title.toUpperCase()}_010_0010`,
    ...(reel === undefined ? {} : { reel }),
  };
  return makeCutList({ title, rate: { num: 24, den: 1 }, uses: [use] }).edl;
}

/** A list that tells reel and timecode only: of what both cards have. */
function ambiguousList(card: MadeCard, fileName: string): string {
  const file = join(at.folder, fileName);
  writeFileSync(file, listOver(card, 'twins').replace(/^\* FROM CLIP NAME:.*\n/m, ''));
  return file;
}
