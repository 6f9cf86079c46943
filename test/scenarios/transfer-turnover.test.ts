import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { footageFolder } from '../support/footage.ts';
import { withInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { PRODUCTION } from './interrupted.ts';
import { referenceVerdict } from './reference-verdict.ts';
import { TWO_SITES } from './two-sites.ts';

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
