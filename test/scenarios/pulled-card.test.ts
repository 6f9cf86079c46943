import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isRefusal } from '../../workflows/refusal.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { until } from '../support/until.ts';
import { PRODUCTION } from './interrupted.ts';

const FILES = 600;
/** Files that are stored before the card is pulled. */
const COPIED = 5;

test('a card that is pulled while it is copied is told as pulled, not as a card of missing files, and goes on when it is back', () =>
  withInstallation(
    'pulled-card',
    async (at) => {
      const source = join(footageFolder(), 'pulled-card', '20260930', 'A001R1AB');
      mkdirSync(source, { recursive: true });
      for (let index = 0; index < FILES; index += 1)
        writeFileSync(join(source, `note-${String(index).padStart(4, '0')}.txt`), `note ${index}`);
      await at.startWorker('control,io,media');
      const rollId = `${PRODUCTION}/20260930/A001R1AB`;
      const copied = async () => (await at.local.deps.catalogue.filesOf(rollId)).length;

      at.gate().hold((method, path) => method === 'PUT' && path.includes('/note-'), COPIED);
      const first = at.command('ingest', source, '--production', PRODUCTION);
      await until('some files are copied', async () => (await copied()) === COPIED);
      await at.gate().untilHeld();
      renameSync(source, `${source}.pulled`);
      at.gate().open();
      const pulled = await first;
      expect(pulled.code, pulled.stderr).toBe(20);
      expect(pulled.stderr).toContain(`The card is not at ${source} any more: it was pulled`);
      expect((await at.local.deps.catalogue.getRoll(rollId))?.state).not.toBe('incomplete');

      renameSync(`${source}.pulled`, source);
      const report = await (await at.rushes.ingestRoll({ production: PRODUCTION, source })).result();
      if (isRefusal(report)) throw new Error(report.refused.sentence);
      expect(report).toMatchObject({ state: 'sealed', counts: { files: FILES, missing: 0 } });
    },
    { gated: ['studio'] },
  ));
