import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeMov } from '../engine/inspect/make-mov.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { toolPath } from '../support/tools.ts';
import { PRODUCTION } from './interrupted.ts';

/** A card with a history of the reference tool, in one format. */
function makeCard(source: string, startFrame: number, format: string): void {
  const clip = makeMov({ timecode: { startFrame, timescale: 24, frameDuration: 1, numberOfFrames: 24 } });
  const files = { 'Clips/A001C001_240426_R1AB.mov': clip, 'notes.txt': `from ${startFrame}` };
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), bytes);
  }
  expect(spawnSync(toolPath('ascmhl'), ['create', source, '-h', format]).status).toBe(0);
}

test('another card under the name and day of a sealed roll damages nothing, and is told as another card', () =>
  withInstallation('another-card', async (at) => {
    const base = join(footageFolder(), 'another-card');
    const [first, second] = ['cart-1', 'cart-2'].map((cart) => join(base, cart, '20260930', 'A001R1AB')) as [
      string,
      string,
    ];
    makeCard(first, 864000, 'md5');
    makeCard(second, 900000, 'xxh64');
    await at.startWorker('control,io,media');
    const ingest = async (source: string, roll?: string) => {
      const request = { production: PRODUCTION, source, ...(roll === undefined ? {} : { roll }) };
      const report = await (await at.rushes.ingestRoll(request)).result();
      if (isRefusal(report)) throw new Error(report.refused.sentence);
      return report;
    };
    const sealed = await ingest(first);
    expect(sealed).toMatchObject({ state: 'sealed', counts: { verified: 2 } });

    const mixed = await ingest(second);
    expect(mixed.state).toBe('incomplete');
    const errors = mixed.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, subject }) => [code, subject.path])).toEqual([
      ['quarantined', 'Clips/A001C001_240426_R1AB.mov'],
      ['quarantined', 'notes.txt'],
    ]);
    for (const { forPeople } of errors) {
      expect(forPeople).toContain('It is another card: take it in under another roll name');
      expect(forPeople).not.toContain('damaged');
    }

    // The originals are those of the first card, and good; the second card is taken in under a name of its own.
    const again = await at.command('roll', 'verify', sealed.rollId, '--json');
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'sealed', counts: { verified: 2, failed: 0 } });
    expect(await ingest(second, 'A001R1AB_2')).toMatchObject({ state: 'sealed', counts: { verified: 2 } });

    // Without a history nothing but its first generation says what the card was.
    const bare = join(base, 'cart-3', '20260930', 'A002R1AA');
    mkdirSync(bare, { recursive: true });
    writeFileSync(join(bare, 'one.txt'), 'as it was first read');
    writeFileSync(join(bare, 'two.txt'), 'the same');
    expect(await ingest(bare)).toMatchObject({ state: 'sealed', generation: 1 });
    writeFileSync(join(bare, 'one.txt'), 'as it is now');
    expect(spawnSync(toolPath('ascmhl'), ['create', bare, '-h', 'md5']).status).toBe(0);
    for (const generation of [2, 4]) {
      const changed = await ingest(bare);
      expect(changed).toMatchObject({ state: 'incomplete', generation });
      const [told, ...more] = changed.findings.filter(({ severity }) => severity === 'error');
      expect(more).toEqual([]);
      expect(told).toMatchObject({ code: 'quarantined', subject: { path: 'one.txt' } });
      expect(told!.forPeople).toContain('was taken in before this card had a history');
      expect(told!.forPeople).not.toContain('damaged');
      const whole = await at.command('roll', 'verify', changed.rollId, '--json');
      expect(JSON.parse(whole.stdout)).toMatchObject({ state: 'sealed', counts: { verified: 2 } });
    }
  }));
