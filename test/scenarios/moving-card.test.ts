import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyFiles } from '../../activities/copy-files.ts';
import { discoverRoll } from '../../activities/discover-roll.ts';
import { judgeRoll } from '../../activities/judge-roll.ts';
import { parseRollRequest } from '../../activities/parse-roll-request.ts';
import { sealCard } from '../../footage/seal-card.ts';
import { RollVerdict } from '../../schemas/ingest-facts.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { refusal } from '../activities/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { PRODUCTION } from './interrupted.ts';

const DAY = '20260930';
const STARTED = '2026-09-30T18:00:00.000Z';
const FILES = { 'grows.mov': 'a', 'goes.mov': 'b', 'turns.mov': 'c', 'stays.mov': 'd' };

test('a card that changes between its listing and its copying: what moved stays out and is told, the rest goes on, the next ingest completes it', () =>
  withInstallation('moving-card', async (at) => {
    const folder = join(footageFolder(), 'moving-card');
    const source = join(folder, DAY, 'A001R1AB');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(source, { recursive: true });
    const write = () => {
      for (const [name, text] of Object.entries(FILES)) writeFileSync(join(source, name), text);
    };
    write();
    await sealCard(source, toolPaths());
    writeFileSync(join(folder, 'secret.mov'), 'no file of the card');

    // Its start makes the buckets too.
    await at.startWorker('control,io,media');
    const { deps } = at.local;
    const run = at.local.run(new AbortController().signal);
    const roll = {
      production: PRODUCTION,
      shootDay: DAY,
      roll: 'A001R1AB',
      site: 'studio',
      source,
      priority: 3,
    };
    const { listingKey, batches } = await discoverRoll.run(deps, { roll, startedAt: STARTED }, run);
    appendFileSync(join(source, 'grows.mov'), ' and more');
    rmSync(join(source, 'goes.mov'));
    rmSync(join(source, 'turns.mov'));
    symlinkSync('../../secret.mov', join(source, 'turns.mov'));
    writeFileSync(join(source, 'late.mov'), 'e');
    const copy = { roll, listingKey, batch: batches[0]!, offload: 'one' };
    const { copyKey } = await copyFiles.run(deps, copy, run);
    const judged = await judgeRoll.run(deps, { roll, listingKey, copyKeys: [copyKey] }, run);
    expect(judged.complete).toBe(false);

    const { findings, counts } = await deps.facts.get(judged.verdictKey, RollVerdict);
    expect(counts).toMatchObject({ verified: 1, missing: 1 });
    const told = findings.map((one) => [one.subject.path, one.code, one.forPeople]);
    for (const [name, code, words] of [
      ['goes.mov', 'file-missing', 'goes.mov is recorded and is not there'],
      ['grows.mov', 'unreadable', 'it had 1 bytes then and has 10 now'],
      ['turns.mov', 'path-unsafe', 'it is a link that leaves the folder'],
      ['late.mov', 'unreadable', 'it came after the card was listed'],
    ])
      expect(told).toContainEqual([name, code, expect.stringContaining(words!)]);
    const originals = join(at.objects.dataDir, 'studio-ocf', PRODUCTION, DAY, 'A001R1AB');
    expect(readFileSync(join(originals, 'stays.mov'), 'utf8')).toBe('d');
    for (const name of ['grows', 'goes', 'turns', 'late'])
      expect(existsSync(join(originals, `${name}.mov`))).toBe(false);

    // It never came to its end: what is stored cannot be called whole by looking at what is stored.
    const early = await refusal(
      parseRollRequest.run(deps, { production: PRODUCTION, shootDay: DAY, roll: 'A001R1AB' }, run),
    );
    expect(early.sentence).toContain('has not come to its end yet');

    rmSync(join(source, 'turns.mov'));
    write();
    const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    expect(report).toMatchObject({
      state: 'sealed',
      counts: { files: 5, verified: 4, missing: 0, failed: 0 },
    });
  }));
