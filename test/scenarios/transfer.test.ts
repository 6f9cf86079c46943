import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { serveHttp } from '../../service/http/server.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { bytesRead, makeSoundRoll, SOUND_BYTES, SOUND_FILES } from '../support/sound-roll.ts';
import { toolPaths } from '../support/tools.ts';
import { documentedInput, documentedLink } from './documented.ts';
import { PRODUCTION } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { openWebUi } from './web-ui.ts';

const DAY = '20240427';
const TWO_SITES = { otherSites: ['annex'], residency: { [PRODUCTION]: ['annex'] } };

let card: { name: string; path: string };

beforeAll(async () => {
  card = await makeSoundRoll('SR002');
});

const id = () => `${PRODUCTION}/${DAY}/${card.name}`;
const order = (to = 'annex') => ({ production: PRODUCTION, shootDay: DAY, roll: card.name, to });
const originals = (at: TestInstallation, site: 'studio' | 'annex') =>
  join(site === 'studio' ? at.objects.dataDir : at.away.annex!.dataDir, `${site}-ocf`, id());

/** Both sites have workers, and the roll is at home in the studio. */
async function takenIn(at: TestInstallation): Promise<void> {
  await Promise.all([at.startWorker('control,io,media'), at.startWorker('io', undefined, 'annex')]);
  const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
  expect(report).toMatchObject({ state: 'sealed', generation: 2 });
}

async function sent(at: TestInstallation): Promise<RollReport> {
  const report = await (await at.rushes.transferRoll(order())).result();
  if (isRefusal(report)) throw new Error(report.refused.sentence);
  return report;
}

/** Versions at the annex of the files that are written down as sent. */
async function recorded(at: TestInstallation): Promise<Map<string, string | undefined>> {
  const files = await at.local.deps.catalogue.sentFilesOf(id(), 'annex');
  return new Map(files.map(({ path, versionId }) => [path, versionId]));
}

const manifests = (folder: string) =>
  readdirSync(join(folder, 'ascmhl')).filter((name) => name.endsWith('.mhl'));

describe('a roll that is sent to another site', () => {
  test('lands whole with its history, gets a generation of process transfer, and is known and verified there', () =>
    withInstallation(
      'sent-roll',
      async (at) => {
        await takenIn(at);
        const chainAtHome = readFileSync(join(originals(at, 'studio'), 'ascmhl/ascmhl_chain.xml'));
        const command = await at.command('transfer', id(), '--to', 'annex', '--json');
        expect(command.code, command.stderr).toBe(0);
        expect(JSON.parse(command.stdout)).toMatchObject({
          kind: 'roll-report',
          rollId: id(),
          state: 'sealed',
          site: 'annex',
          generation: 3,
          counts: { verified: SOUND_FILES, failed: 0, missing: 0 },
          transfer: {
            from: 'studio',
            to: 'annex',
            filesSent: SOUND_FILES,
            bytesSent: SOUND_FILES * SOUND_BYTES,
            filesThere: 0,
          },
        });
        expect(await referenceVerdict(originals(at, 'annex'))).toBe('accepted');
        expect(manifests(originals(at, 'annex'))).toHaveLength(3);
        const own = manifests(originals(at, 'annex')).find((name) => name.startsWith('0003_'))!;
        expect(readFileSync(join(originals(at, 'annex'), 'ascmhl', own), 'utf8')).toContain(
          '<process>transfer</process>',
        );
        expect(readFileSync(join(originals(at, 'studio'), 'ascmhl/ascmhl_chain.xml'))).toEqual(chainAtHome);

        const listed = await at.command('rolls', '--shoot-day', DAY, '--json');
        expect(JSON.parse(listed.stdout).rolls[0]).toMatchObject({
          site: 'studio',
          state: 'sealed',
          generation: 2,
          copies: [{ site: 'annex', state: 'sealed', generation: 3 }],
        });

        const verified = await at.command('roll', 'verify', id(), '--site', 'annex', '--json');
        expect(verified.code, verified.stderr).toBe(0);
        expect(JSON.parse(verified.stdout)).toMatchObject({ site: 'annex', state: 'sealed', generation: 4 });
        expect(readFileSync(join(originals(at, 'studio'), 'ascmhl/ascmhl_chain.xml'))).toEqual(chainAtHome);

        expect(await sent(at)).toMatchObject({
          state: 'sealed',
          generation: 5,
          transfer: { filesSent: 0, bytesSent: 0, filesThere: SOUND_FILES },
        });
        expect(await referenceVerdict(originals(at, 'annex'))).toBe('accepted');
        removeNewest(originals(at, 'annex'));
        const noticed = await at.command('roll', 'verify', id(), '--site', 'annex', '--json');
        expect(JSON.parse(noticed.stdout).findings).toContainEqual(
          expect.objectContaining({ code: 'manifest-missing' }),
        );
        expect(noticed.code).not.toBe(0);
      },
      TWO_SITES,
    ));
});

/** As somebody with the owner's rights would: the newest generation is gone, from the folder and from the chain. */
function removeNewest(folder: string): void {
  const chain = join(folder, 'ascmhl/ascmhl_chain.xml');
  const text = readFileSync(chain, 'utf8');
  const last = text.slice(
    text.lastIndexOf('<hashlist '),
    text.lastIndexOf('</hashlist>') + '</hashlist>'.length,
  );
  writeFileSync(chain, text.replace(last, ''));
  rmSync(join(folder, 'ascmhl', /<path>(.*)<\/path>/.exec(last)![1]!));
}

test('a turnover at the other site waits for the roll, and is made there from the copy once it has come', () =>
  withInstallation(
    'made-there',
    async (at) => {
      const dir = join(footageFolder(), 'made-there');
      const size = { width: 256, height: 144 };
      const exr = await makeCard({
        dir,
        tools: toolPaths(),
        kind: 'exr',
        clips: 1,
        frames: 24,
        size,
        seed: 9,
      });
      const { edl } = makeCutList({
        title: 'THERE',
        rate: { num: 24, den: 1 },
        uses: [{ clip: exr.clips[0]!, first: 8, durationFrames: 8, shotName: 'RUS_010_0010' }],
      });
      const list = join(dir, 'there.edl');
      writeFileSync(list, edl);
      await Promise.all([at.startWorker('control,io,media'), at.startWorker('io,media,render', 1, 'annex')]);
      await (await at.rushes.ingestRoll({ production: PRODUCTION, source: exr.path })).result();

      const submitted = await at.rushes.submitTurnover({
        production: PRODUCTION,
        cutList: { path: list },
        site: 'annex',
      });
      const waiting = await at.rushes.firstOutcome(submitted);
      expect(waiting).toMatchObject({ state: 'waiting', plates: { waiting: 1 } });
      expect(JSON.stringify(waiting)).toContain('among the originals at annex: send its roll there');

      const { shootDay, roll } = exr;
      const order = { production: PRODUCTION, shootDay, roll, to: 'annex' };
      expect(await (await at.rushes.transferRoll(order)).result()).toMatchObject({ state: 'sealed' });
      expect(await submitted.result()).toMatchObject({ state: 'published', plates: { made: 1, failed: 0 } });
      expect(existsSync(join(at.away.annex!.dataDir, 'annex-work/frames'))).toBe(true);
      expect(existsSync(join(at.objects.dataDir, 'studio-work/frames'))).toBe(false);
      const exported = await at.command(
        'package',
        'export',
        `${PRODUCTION}/there/1`,
        join(at.folder, 'package'),
      );
      expect(exported.code, exported.stderr).toBe(0);
      expect((await at.command('package', 'verify', join(at.folder, 'package'))).code).toBe(0);
      const fetched = join(at.folder, 'fetched', roll);
      const got = await at.command(
        'roll',
        'get',
        `${PRODUCTION}/${shootDay}/${roll}`,
        fetched,
        '--site',
        'annex',
      );
      expect(got.code, got.stderr).toBe(0);
      expect(await referenceVerdict(fetched)).toBe('accepted');
    },
    TWO_SITES,
  ));

describe('a transfer that meets trouble', () => {
  test('kill -9 of the worker that sends: what stands there is not sent again', () =>
    withInstallation(
      'killed-transfer',
      async (at) => {
        await at.startWorker('control,media');
        const [one, two] = await Promise.all([at.startWorker('io'), at.startWorker('io')]);
        const away = await at.startWorker('io', undefined, 'annex');
        await (await at.rushes.ingestRoll({ production: PRODUCTION, source: card.path })).result();
        const started = await at.rushes.transferRoll(order());
        while ((await recorded(at)).size < 2);
        for (const worker of [one, two]) worker.freeze();
        const { raw } = await at.rushes.temporal.workflow.getHandle(`roll/${id()}`).describe();
        const sending = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'sendFiles');
        const victim = [one, two].find(({ pid }) => sending?.lastWorkerIdentity?.endsWith(`/${pid}`))!;
        const other = victim === one ? two : one;
        await victim.kill();
        const before = await recorded(at);
        expect(before.size).toBeLessThan(SOUND_FILES);
        const readBefore = bytesRead(other.pid);
        other.thaw();

        expect(await started.result()).toMatchObject({
          state: 'sealed',
          generation: 3,
          counts: { verified: SOUND_FILES, failed: 0 },
        });
        const read = bytesRead(other.pid) - readBefore;
        const left = SOUND_FILES - before.size;
        // The file under way may stand whole at the annex without being written down: it is then read back from there instead.
        expect(read).toBeLessThan((left + 1) * SOUND_BYTES + 16 * 2 ** 20);
        const after = await recorded(at);
        for (const [path, version] of before) expect(after.get(path), path).toBe(version);
        expect(away.isRunning()).toBe(true);
        expect(await referenceVerdict(originals(at, 'annex'))).toBe('accepted');
      },
      // Originals go over the network: no store is mounted.
      { ...TWO_SITES, isMounted: false },
    ));

  test('a damaged original becomes no object at the other site; once it is whole again, only it is sent', () =>
    withInstallation(
      'damaged-original',
      async (at) => {
        await takenIn(at);
        const [name] = readdirSync(originals(at, 'studio')).filter((one) => one.endsWith('.WAV'));
        const file = join(originals(at, 'studio'), name!);
        const whole = readFileSync(file);
        const rotten = Buffer.from(whole);
        rotten[SOUND_BYTES / 2]! ^= 1;
        writeFileSync(file, rotten);

        const command = await at.command('transfer', id(), '--to', 'annex', '--json');
        expect(command.code).toBe(11);
        const report = JSON.parse(command.stdout) as RollReport;
        expect(report).toMatchObject({ state: 'incomplete', transfer: { filesSent: SOUND_FILES - 1 } });
        expect(report.findings).toContainEqual(
          expect.objectContaining({
            code: 'hash-mismatch',
            subject: expect.objectContaining({ path: name }),
            forPeople: expect.stringMatching(/does not have its recorded hash at studio.*was not sent/),
          }),
        );
        expect(existsSync(join(originals(at, 'annex'), name!))).toBe(false);
        const { copies } = (await at.local.deps.catalogue.getRoll(id()))!;
        expect(copies).toMatchObject([{ site: 'annex', state: 'incomplete' }]);

        writeFileSync(file, whole);
        expect(await sent(at)).toMatchObject({
          state: 'sealed',
          transfer: { filesSent: 1, filesThere: SOUND_FILES - 1 },
        });
        expect(readFileSync(join(originals(at, 'annex'), name!)).equals(whole)).toBe(true);
        expect(await referenceVerdict(originals(at, 'annex'))).toBe('accepted');
      },
      TWO_SITES,
    ));

  test('other bytes that stand under a name of the roll at the other site are told and never written over', () =>
    withInstallation(
      'taken-name',
      async (at) => {
        await takenIn(at);
        const store = at.local.deps.storeAt('annex');
        const [name] = readdirSync(originals(at, 'studio')).filter((one) => one.endsWith('.WAV'));
        await store.putWholeIfAbsent(store.bucket('ocf'), `${id()}/${name}`, Buffer.from('of somebody else'));
        const report = await sent(at);
        expect(report).toMatchObject({ state: 'incomplete', transfer: { filesSent: SOUND_FILES - 1 } });
        expect(report.findings).toContainEqual(
          expect.objectContaining({
            code: 'hash-mismatch',
            forPeople: expect.stringMatching(/^At annex other bytes stand under .*never written over/),
          }),
        );
        expect(readFileSync(join(originals(at, 'annex'), name!), 'utf8')).toBe('of somebody else');
      },
      TWO_SITES,
    ));

  test('over HTTP, and from Temporal’s web UI by the link and the JSON of docs/starting-work.md', () =>
    withInstallation(
      'transfer-ways',
      async (at) => {
        await takenIn(at);
        const server = await serveHttp(at.configuration, toolPaths(), { host: '127.0.0.1', port: 0 });
        const answer = await fetch(`${server.url}/api/rolls/transfer`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(order()),
        });
        const { workflowId } = (await answer.json()) as { workflowId: string };
        const over = await at.rushes.temporal.workflow.getHandle(workflowId).result();
        expect(over).toMatchObject({ state: 'sealed', transfer: { filesSent: SOUND_FILES } });
        await server.close();

        const ui = await openWebUi(at);
        const link = documentedLink('transferRoll');
        const input = { ...documentedInput('transferRoll'), shootDay: DAY, roll: card.name };
        await ui.startWorkflow(link, input);
        const thin = at.rushes.temporal.workflow.getHandle(new URL(link).searchParams.get('workflowId')!);
        expect(await thin.result()).toMatchObject({ state: 'sealed', transfer: { filesThere: SOUND_FILES } });
        const story = await ui.pageText(`roll/${id()}`, 'User Metadata', `is sealed at annex`);
        expect(story).toContain(`Transfer of roll ${card.name}`);
        await ui.close();
      },
      TWO_SITES,
    ));

  test('where the rule says no, no byte moves: exit 23 and a sentence', () =>
    withInstallation(
      'refused-transfer',
      async (at) => {
        await takenIn(at);
        const refused = await at.command('transfer', id(), '--to', 'annex', '--json');
        expect(refused.code).toBe(23);
        expect(JSON.parse(refused.stdout)).toMatchObject({
          refused: { code: 'refused-by-rule', sentence: expect.stringContaining('may not lie at annex') },
        });
        expect(existsSync(originals(at, 'annex'))).toBe(false);
      },
      { otherSites: ['annex'], residency: { [PRODUCTION]: ['london'] } },
    ));

  test('one roll sent twice at once: one goes, the other is refused and names it; a verification beside it too', () =>
    withInstallation(
      'twice-transfer',
      async (at) => {
        await takenIn(at);
        const started = await Promise.all([
          at.rushes.transferRoll(order()),
          at.rushes.transferRoll(order()),
          at.rushes.verifyRoll({ production: PRODUCTION, shootDay: DAY, roll: card.name }),
        ]);
        const outcomes = await Promise.all(started.map((one) => one.result()));
        const refused = outcomes.filter(isRefusal);
        expect(refused).toHaveLength(2);
        for (const one of refused)
          expect(one.refused).toMatchObject({
            code: 'already-running',
            sentence: expect.stringContaining(`roll/${id()}`),
          });
      },
      TWO_SITES,
    ));
});
