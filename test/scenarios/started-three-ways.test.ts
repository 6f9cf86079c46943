import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DemoSet } from '../../footage/demo-set.ts';
import { TurnoverSubmission } from '../../schemas/turnover.ts';
import { inboxKey } from '../../stores/objects/keys.ts';
import type { TurnoverOutcome } from '../../workflows/turnover-outcome.ts';
import { smallDemoSet } from '../support/footage.ts';
import { makeInstallation, type TestInstallation, withInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';
import { documentedInput, documentedLink } from './documented.ts';
import { taken } from './interrupted.ts';
import { deliveryOf } from './same-delivery.ts';
import { openWebUi, type WebUi } from './web-ui.ts';

const PRODUCTION = 'AGM';
const TURNOVER = 'AGM/demo/1';

let set: DemoSet;
/** What the typed client gave: the others are held against it. */
let reference: { outcome: Outcome; delivery: Record<string, string> };

type Outcome = Omit<TurnoverOutcome, 'reportKey'>;

beforeAll(async () => {
  set = await smallDemoSet(['prores', 'dpx']);
  reference = await withInstallation('by-client', async (at) => {
    await prepare(at);
    for (const card of set.cards)
      await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
    await teach(at);
    const submitted = await at.rushes.submitTurnover({
      production: PRODUCTION,
      cutList: { path: set.cutList.path },
    });
    return delivered(at, taken(await submitted.result()));
  });
});

async function prepare(at: TestInstallation): Promise<void> {
  await at.startWorker('control,io,media,render', 2);
}

async function teach(at: TestInstallation): Promise<void> {
  const known = await at.local.deps.catalogue.listCameraFormats(PRODUCTION);
  const lacking = known.find(({ missing }) => missing.length > 0)!;
  const taught = await at.command(
    'formats',
    'set',
    lacking.formatId,
    'inputColorSpace=ARRI LogC3 (EI800)',
    '--production',
    PRODUCTION,
  );
  expect(taught.code, taught.stderr).toBe(0);
}

/** The result of a turnover and what its package delivers. Who rendered a shared frame first varies: the sum does not. */
async function delivered(at: TestInstallation, { reportKey: _, ...outcome }: TurnoverOutcome) {
  const folder = join(at.folder, 'package');
  const exported = await at.command('package', 'export', TURNOVER, folder);
  expect(exported.code, exported.stderr).toBe(0);
  const { wanted, made, reused } = outcome.frames;
  expect(made + reused).toBe(wanted);
  return { outcome: { ...outcome, frames: { wanted, made: 0, reused: 0 } }, delivery: deliveryOf(folder) };
}

test('the typed client publishes every plate', () => {
  expect(reference.outcome).toMatchObject({
    turnover: TURNOVER,
    state: 'published',
    plates: { made: 8, failed: 0, waiting: 0 },
  });
});

test('the command line gives the same result and the same documents', () =>
  withInstallation('by-command', async (at) => {
    await prepare(at);
    for (const card of set.cards) {
      const ingested = await at.command('ingest', card.path, '--production', PRODUCTION, '--json');
      expect(ingested.code, ingested.stderr).toBe(0);
      expect(JSON.parse(ingested.stdout)).toMatchObject({ kind: 'roll-report', state: 'sealed' });
    }
    await teach(at);
    const submitted = await at.command(
      'turnover',
      'submit',
      set.cutList.path,
      '--production',
      PRODUCTION,
      '--recipe',
      'vfx-plates',
      '--json',
    );
    expect(submitted.code, submitted.stderr).toBe(0);
    expect(await delivered(at, JSON.parse(submitted.stdout) as TurnoverOutcome)).toEqual(reference);
  }));

describe('Temporal’s web UI, by the links and the JSON of docs/starting-work.md', () => {
  let at: TestInstallation;
  let ui: WebUi;

  beforeAll(async () => {
    at = await makeInstallation('by-web-ui');
    await prepare(at);
    ui = await openWebUi(at);
  });

  afterAll(async () => {
    await ui?.close();
    await at?.close();
  });

  const started = (link: string) => new URL(link).searchParams.get('workflowId')!;

  test('Start Workflow takes a card in', async () => {
    const [prores, dpx] = set.cards;
    const link = documentedLink('ingestRoll');
    await ui.startWorkflow(link, { ...documentedInput('ingestRoll'), source: prores!.path });
    const report = await at.rushes.temporal.workflow.getHandle(started(link)).result();
    expect(report).toMatchObject({
      kind: 'roll-report',
      rollId: `AGM/20240426/${prores!.roll}`,
      state: 'sealed',
    });
    await (await at.rushes.ingestRoll({ production: PRODUCTION, source: dpx!.path })).result();
    await teach(at);
  });

  test('Start Workflow sends a cut list: the same result and the same documents', async () => {
    const link = documentedLink('turnover');
    await ui.startWorkflow(link, { ...documentedInput('turnover'), cutList: { path: set.cutList.path } });
    const outcome = await at.rushes.temporal.workflow.getHandle(started(link)).result();
    expect(await delivered(at, taken(outcome as TurnoverOutcome))).toEqual(reference);
  });

  test('a person reads there what was done: summaries, current details, clip and frames', async () => {
    const thin = await ui.pageText(
      started(documentedLink('turnover')),
      'Relationships',
      `turnover/${TURNOVER}`,
      'Completed',
    );
    expect(thin).toContain('Completed');
    const title = 'Turnover demo revision 1 of AGM, recipe vfx-plates';
    const metadata = ['8 plates made', title, 'published'];
    const story = await ui.pageText(`turnover/${TURNOVER}`, 'User Metadata', ...metadata);
    for (const text of metadata) expect(story).toContain(text);
    const names = ['RushesTurnover', 'RushesProduction', 'RushesStage', 'published', 'demo'];
    const attributes = await ui.pageText(`turnover/${TURNOVER}`, 'Search Attributes', ...names);
    for (const text of names) expect(attributes).toContain(text);
    const render = 'render A001C001_240426_R1AA frames 0-23 for RUS_010_0010_PL01';
    expect(await ui.pageText(`turnover/${TURNOVER}/RUS_010_0010_PL01`, 'History', render)).toContain(render);
    const ingest = 'Ingest of roll A001R1AA, shoot day 20240426, production AGM';
    const roll = await ui.pageText('roll/AGM/20240426/A001R1AA', 'User Metadata', 'is sealed', ingest);
    expect(roll).toContain(ingest);
  });

  test('the same words come by the client: ids, summaries, details, search attributes', async () => {
    const { temporal } = at.rushes;
    const described = await temporal.workflow.getHandle(`turnover/${TURNOVER}`).describe();
    expect(await described.staticSummary()).toBe('Turnover demo revision 1 of AGM, recipe vfx-plates');
    expect(described.priority).toMatchObject({ priorityKey: 3, fairnessKey: 'AGM' });
    const attributes = Object.fromEntries(
      described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(attributes).toMatchObject({
      RushesProduction: 'AGM',
      RushesTurnover: 'demo',
      RushesStage: 'published',
    });
    // The server's lists follow what happened; a workflow itself is known at once.
    const ids = await until('the three in the list of the production', async () => {
      const found: string[] = [];
      for await (const one of temporal.workflow.list({ query: 'RushesProduction = "AGM"' }))
        found.push(one.workflowId);
      return found.length >= 3 && found;
    });
    expect(ids.sort()).toEqual([
      'roll/AGM/20240426/A001R1AA',
      'roll/AGM/20240426/B001R1BB',
      `turnover/${TURNOVER}`,
    ]);
  });

  test('a request that cannot be taken is answered there in a sentence, with an example that would do', async () => {
    const link = documentedLink('turnover').replace(/workflowId=[^&]+/, 'workflowId=refused');
    await ui.startWorkflow(link, { production: 'AGM', cutlist: 'AGM_104.edl' });
    expect(await at.rushes.temporal.workflow.getHandle('refused').result()).toMatchObject({
      refused: { code: 'input-invalid' },
    });
    expect(await ui.pageText('refused', 'History', 'An example', 'cutList')).toContain('cutList');
  });
});

test('the documented example with all fields is of the form of a turnover', () => {
  expect(TurnoverSubmission.parse(documentedInput('turnover, all fields'))).toMatchObject({
    priority: 3,
    revision: 1,
  });
});

test('a schedule takes what lies in the inbox, with the same documents; a list that comes late runs in the next window', () =>
  withInstallation('by-schedule', async (at) => {
    await prepare(at);
    for (const card of set.cards)
      await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
    await teach(at);
    const run = async (...args: string[]) => {
      const result = await at.command('schedule', ...args);
      expect(result.code, result.stderr).toBe(0);
      return result;
    };
    await run('put', set.cutList.path, '--production', PRODUCTION);
    // Every five seconds, instead of every evening.
    await run('create', 'evening', '--production', PRODUCTION, '--cron', '*/5 * * * * * *');
    await untilInboxIsEmpty(at);
    await run('pause', 'evening');
    await untilNoWindowIsOpen(at);
    const late = join(at.folder, 'late.edl');
    cpSync(set.cutList.path, late);
    await run('put', late, '--production', PRODUCTION);
    const taken = await at.rushes.temporal.workflow.getHandle('window/AGM/demo.edl').result();
    expect(await delivered(at, taken as TurnoverOutcome)).toEqual(reference);
    expect(await inbox(at)).toEqual(['late.edl']);
    const { windows } = JSON.parse((await run('list', '--json')).stdout) as { windows: unknown[] };
    expect(windows).toEqual([expect.objectContaining({ id: 'evening', paused: true })]);

    await run('resume', 'evening');
    await untilInboxIsEmpty(at);
    expect(await at.rushes.temporal.workflow.getHandle('window/AGM/late.edl').result()).toMatchObject({
      turnover: 'AGM/late/1',
      state: 'published',
      frames: { made: 0 },
    });
    await run('delete', 'evening');
  }));

async function inbox(at: TestInstallation): Promise<string[]> {
  const { store } = at.local.deps;
  const names: string[] = [];
  for await (const { key } of store.list(store.bucket('work'), inboxKey(PRODUCTION, '')))
    names.push(basename(key));
  return names;
}

/** A window that opened before its schedule was paused still takes what comes while it is open. */
async function untilNoWindowIsOpen(at: TestInstallation): Promise<void> {
  const { schedule, workflow } = at.rushes.temporal;
  await until('the end of every window that was opened', async () => {
    const { info } = await schedule.getHandle('evening').describe();
    const opened = info.recentActions.map(({ action }) => action.workflow.workflowId);
    const states = await Promise.all(opened.map((id) => workflow.getHandle(id).describe()));
    return info.runningActions.length === 0 && states.every(({ status }) => status.name !== 'RUNNING');
  });
}

const untilInboxIsEmpty = (at: TestInstallation) =>
  until('an inbox that is taken', async () => (await inbox(at)).length === 0, 100);
