import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealCard } from '../../footage/seal-card.ts';
import type { RollReport } from '../../schemas/roll.ts';
import { serveHttp } from '../../service/http/server.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { SOUND_BYTES, SOUND_FILES } from '../support/sound-roll.ts';
import { toolPaths } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { documentedInput, documentedLink } from './documented.ts';
import { PRODUCTION } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { removeNewest } from './remove-newest.ts';
import {
  DAY,
  ELSEWHERE,
  firstTake,
  type HomeRoll,
  manifests,
  originals,
  SHORT_BYTES,
  sent,
  TWO_SITES,
  takenIn,
} from './two-sites.ts';
import { openWebUi } from './web-ui.ts';

// Both sites have workers, and originals are read in place; every case here leaves them as it found them.
let at: TestInstallation;
let roll: HomeRoll;

beforeAll(async () => {
  at = await makeInstallation('two-sites', TWO_SITES);
  await Promise.all([at.startWorker('control,io,media'), at.startWorker('io', undefined, 'annex')]);
  roll = await takenIn(at, 'SR002');
});
afterAll(() => at?.close());

describe('a roll that is sent to another site', () => {
  test('lands whole with its history, gets a generation of process transfer, and is known and verified there', async () => {
    const { id } = roll;
    const [home, away] = [originals(at, 'studio', roll), originals(at, 'annex', roll)];
    const chainAtHome = readFileSync(join(home, 'ascmhl/ascmhl_chain.xml'));
    const command = await at.command('transfer', id, '--to', 'annex', '--json');
    expect(command.code, command.stderr).toBe(0);
    expect(JSON.parse(command.stdout)).toMatchObject({
      kind: 'roll-report',
      rollId: id,
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
    expect(await referenceVerdict(away)).toBe('accepted');
    expect(manifests(away)).toHaveLength(3);
    const own = manifests(away).find((name) => name.startsWith('0003_'))!;
    expect(readFileSync(join(away, 'ascmhl', own), 'utf8')).toContain('<process>transfer</process>');
    expect(readFileSync(join(home, 'ascmhl/ascmhl_chain.xml'))).toEqual(chainAtHome);

    const listed = await at.command('rolls', '--shoot-day', DAY, '--json');
    expect(JSON.parse(listed.stdout).rolls[0]).toMatchObject({
      site: 'studio',
      state: 'sealed',
      generation: 2,
      copies: [{ site: 'annex', state: 'sealed', generation: 3 }],
    });

    const verified = await at.command('roll', 'verify', id, '--site', 'annex', '--json');
    expect(verified.code, verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ site: 'annex', state: 'sealed', generation: 4 });
    expect(readFileSync(join(home, 'ascmhl/ascmhl_chain.xml'))).toEqual(chainAtHome);
  });

  test('sent twice at once beside a verification: one goes and finds all there, the others are refused and name it', async () => {
    const { production, shootDay, roll: name } = roll.order;
    // Whichever goes cannot get far before the others are refused, or it might be done when the last one comes.
    at.objects.freeze();
    const started = await Promise.all([
      at.rushes.transferRoll(roll.order),
      at.rushes.transferRoll(roll.order),
      at.rushes.verifyRoll({ production, shootDay, roll: name }),
    ]);
    const results = started.map((one) => one.result());
    let answered = 0;
    for (const result of results) void result.then(() => (answered += 1));
    await until('two answers', () => answered === 2).finally(() => at.objects.thaw());
    const outcomes = await Promise.all(results);
    const refused = outcomes.filter(isRefusal);
    expect(refused).toHaveLength(2);
    for (const one of refused)
      expect(one.refused).toMatchObject({
        code: 'already-running',
        sentence: expect.stringContaining(`roll/${roll.id}`),
      });
    const away = originals(at, 'annex', roll);
    const before = manifests(away).length;
    expect(await sent(at, roll)).toMatchObject({
      state: 'sealed',
      generation: before + 1,
      transfer: { filesSent: 0, bytesSent: 0, filesThere: SOUND_FILES },
    });
    expect(await referenceVerdict(away)).toBe('accepted');
  });

  test('over HTTP, and from Temporal’s web UI by the link and the JSON of docs/starting-work.md', async () => {
    const other = await takenIn(at, 'SR003', { takeBytes: SHORT_BYTES });
    const server = await serveHttp(at.configuration, toolPaths(), { host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${server.url}/api/rolls/transfer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(other.order),
    });
    const { workflowId } = (await answer.json()) as { workflowId: string };
    const over = await at.rushes.temporal.workflow.getHandle(workflowId).result();
    expect(over).toMatchObject({ state: 'sealed', transfer: { filesSent: SOUND_FILES } });
    await server.close();

    const ui = await openWebUi(at);
    const link = documentedLink('transferRoll');
    const input = { ...documentedInput('transferRoll'), shootDay: DAY, roll: other.name };
    await ui.startWorkflow(link, input);
    const thin = at.rushes.temporal.workflow.getHandle(new URL(link).searchParams.get('workflowId')!);
    expect(await thin.result()).toMatchObject({ state: 'sealed', transfer: { filesThere: SOUND_FILES } });
    const title = `Transfer of roll ${other.name}`;
    const story = await ui.pageText(`roll/${other.id}`, 'User Metadata', 'is sealed at annex', title);
    expect(story).toContain(title);
    await ui.close();
  });

  test('a damaged original becomes no object at the other site; once it is whole again, only it is sent', async () => {
    const roll = await takenIn(at, 'SR007', { takeBytes: SHORT_BYTES });
    const name = firstTake(originals(at, 'studio', roll));
    const file = join(originals(at, 'studio', roll), name);
    const whole = readFileSync(file);
    const rotten = Buffer.from(whole);
    rotten[whole.length / 2]! ^= 1;
    writeFileSync(file, rotten);

    const command = await at.command('transfer', roll.id, '--to', 'annex', '--json');
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
    expect(existsSync(join(originals(at, 'annex', roll), name))).toBe(false);
    const { copies } = (await at.local.deps.catalogue.getRoll(roll.id))!;
    expect(copies).toMatchObject([{ site: 'annex', state: 'incomplete' }]);

    writeFileSync(file, whole);
    expect(await sent(at, roll)).toMatchObject({
      state: 'sealed',
      transfer: { filesSent: 1, filesThere: SOUND_FILES - 1 },
    });
    expect(readFileSync(join(originals(at, 'annex', roll), name)).equals(whole)).toBe(true);
    expect(await referenceVerdict(originals(at, 'annex', roll))).toBe('accepted');
  });

  test('with nested histories, empty folders and names in both Unicode forms is whole there, and when fetched from there', async () => {
    const name = 'SR010';
    const card = join(footageFolder(), 'transfer', DAY, name);
    const files = [
      'A/one.wav',
      'B/C/two.wav',
      'Caf\u00e9.wav',
      'Cafe\u0301.wav',
      'a+b %20.wav',
      ' space.wav',
    ];
    for (const path of files) {
      mkdirSync(dirname(join(card, path)), { recursive: true });
      writeFileSync(join(card, path), path);
    }
    for (const empty of ['Empty/Deep', 'B/D']) mkdirSync(join(card, empty), { recursive: true });
    writeFileSync(join(card, 'zero.bin'), '');
    for (const scope of ['B/C', 'A', '.']) await sealCard(join(card, scope), toolPaths());
    const request = { production: PRODUCTION, source: card };
    expect(await (await at.rushes.ingestRoll(request)).result()).toMatchObject({ state: 'sealed' });
    const id = `${PRODUCTION}/${DAY}/${name}`;
    for (const generation of [3, 4])
      expect(await sent(at, { name, id, order: { ...roll.order, roll: name } })).toMatchObject({
        state: 'sealed',
        generation,
        counts: { verified: files.length + 1, failed: 0, missing: 0 },
      });
    const fetched = join(at.folder, 'fetched', name);
    const got = await at.command('roll', 'get', id, fetched, '--site', 'annex');
    expect(got.code, got.stderr).toBe(0);
    expect(existsSync(join(fetched, 'Empty/Deep')) && existsSync(join(fetched, 'B/D'))).toBe(true);
    expect(await referenceVerdict(fetched)).toBe('accepted');
  });

  for (const [what, name, damage] of [
    ['lost its newest generation', 'SR011', removeNewest],
    ['has an altered manifest', 'SR012', alterFirst],
  ] as const)
    test(`a history that ${what} at home stays there and nothing is made in its place; whole again, it follows the files`, async () => {
      const home = await takenIn(at, name, { takeBytes: SHORT_BYTES });
      const [own, away] = [originals(at, 'studio', home), originals(at, 'annex', home)];
      const kept = join(at.folder, `kept-${name}`);
      cpSync(own, kept, { recursive: true });
      damage(own);
      const first = await sent(at, home);
      expect(first).toMatchObject({
        state: 'incomplete',
        generation: null,
        transfer: { filesSent: SOUND_FILES },
      });
      const told = first.findings.map(({ forPeople }) => forPeople).join('\n');
      expect(told).toContain('The MHL history at studio is not whole, so it was not sent');
      expect(existsSync(join(away, 'ascmhl'))).toBe(false);
      const verified = await at.command('roll', 'verify', home.id, '--site', 'annex', '--json');
      expect(JSON.parse(verified.stdout)).toMatchObject({ state: 'incomplete', generation: null });
      expect(existsSync(join(away, 'ascmhl'))).toBe(false);

      cpSync(kept, own, { recursive: true });
      expect(await sent(at, home)).toMatchObject({
        state: 'sealed',
        generation: 3,
        counts: { verified: SOUND_FILES, failed: 0 },
        transfer: { filesSent: 0, filesThere: SOUND_FILES },
      });
      expect(await referenceVerdict(away)).toBe('accepted');
    });

  test('where the rule says no, no byte moves: exit 23 and a sentence', async () => {
    const far = await takenIn(at, 'SR009', { takeBytes: SHORT_BYTES, production: ELSEWHERE });
    const refused = await at.command('transfer', far.id, '--to', 'annex', '--json');
    expect(refused.code).toBe(23);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      refused: { code: 'refused-by-rule', sentence: expect.stringContaining('may not lie at annex') },
    });
    expect(existsSync(originals(at, 'annex', far))).toBe(false);
  });

  test('a newest generation that somebody removed at the other site is missed there', async () => {
    removeNewest(originals(at, 'annex', roll));
    const noticed = await at.command('roll', 'verify', roll.id, '--site', 'annex', '--json');
    expect(JSON.parse(noticed.stdout).findings).toContainEqual(
      expect.objectContaining({ code: 'manifest-missing' }),
    );
    expect(noticed.code).not.toBe(0);
  });
});

/** Changes nothing that a reader looks at: only the chain tells. */
function alterFirst(folder: string): void {
  const first = join(folder, 'ascmhl', manifests(folder).sort()[0]!);
  writeFileSync(first, `${readFileSync(first, 'utf8')}<!-- since -->`);
}
