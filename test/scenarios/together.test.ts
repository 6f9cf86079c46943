import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { type TestInstallation, withInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';
import { deliveryOf } from './same-delivery.ts';

test('a short plate, its movie and its still are made of one decode, and other recipes find them made', async () => {
  await withInstallation('together', async (at) => {
    const size = { width: 256, height: 144 };
    const card = await makeCard({
      ...{
        dir: join(at.folder, 'card'),
        kind: 'prores',
        clips: 1,
        frames: 16,
        seed: 3,
        size,
        tools: toolPaths(),
      },
      withTone: true,
    });
    await at.startWorker('control,io,media,render', 2);
    const report = await (await at.rushes.ingestRoll({ production: 'TOG', source: card.path })).result();
    if (isRefusal(report)) throw new Error(report.refused.sentence);
    const list = join(at.folder, 'one.edl');
    const uses = [{ clip: card.clips[0]!, first: 4, durationFrames: 6, shotName: 'TOG_010_0010' }];
    writeFileSync(list, makeCutList({ title: 'one', rate: { num: 24, den: 1 }, uses }).edl);
    const submit = async (recipe: string, name: string) => {
      const common = ['--production', 'TOG', '--handles', '2', '--recipe', recipe, '--name', name];
      const sent = await at.command('turnover', 'submit', list, ...common);
      expect(sent.code, sent.stderr).toBe(0);
      const told = await at.command('turnover', 'status', `TOG/${name}/1`, '--json');
      return JSON.parse(told.stdout).shots[0].plates[0];
    };
    expect(await submit('vfx-turnover', 'first')).toMatchObject({ framesMade: 10, framesReused: 0 });
    expect(await activitiesOf(at, 'TOG/first/1/TOG_010_0010_PL01')).toEqual({ renderTogether: 1 });
    // The plate alone stands already, under the key that it has in any recipe.
    expect(await submit('vfx-plates', 'second')).toMatchObject({ framesMade: 0, framesReused: 10 });

    const folder = join(at.folder, 'package');
    expect((await at.command('package', 'export', 'TOG/first/1', folder)).code).toBe(0);
    const checked = await at.command('package', 'verify', folder, '--re-render', '3', '--json');
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    const paths = Object.keys(deliveryOf(folder));
    expect(paths.filter((path) => path.endsWith('.exr'))).toHaveLength(10);
    expect(paths.filter((path) => /\.(mov|jpg)$/.test(path))).toHaveLength(2);
  });
});

/** How often each render activity of a plate was done, by the history of its workflow. */
async function activitiesOf({ rushes }: TestInstallation, plate: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const { events } = await rushes.temporal.workflow.getHandle(`turnover/${plate}`).fetchHistory();
  for (const event of events ?? []) {
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (name?.startsWith('render')) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
