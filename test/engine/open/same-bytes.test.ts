import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';
import { jobOfSpec, type RenderedSpec, renderedRecipes } from '../spec-job.ts';

const FRAMES = 7;
/** The least that DNxHR takes. */
const SIZE = { width: 256, height: 144 };

/** Every deliverable of every shipped recipe, once where two recipes make the same. */
const SPECS = [
  ...new Map(
    renderedRecipes().flatMap(([, specs]) =>
      specs.map((spec) => [JSON.stringify({ ...spec, name: '', naming: '' }), spec] as const),
    ),
  ).values(),
];

/** Nothing is kept between renders: each begins in an empty folder, by an engine of its own. */
describe('what every shipped recipe makes', () => {
  let folder = '';
  let card: MadeCard;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'same-bytes-'));
    card = await makeCard({
      ...{
        dir: folder,
        kind: 'prores',
        clips: 1,
        frames: FRAMES,
        size: SIZE,
        seed: 8,
        tools: toolPaths(),
        seal: false,
      },
      withTone: true,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function render(spec: RenderedSpec, first: number, last: number, threads = 1): Promise<string[]> {
    const range = spec.kind === 'still' ? { first: 3, last: 3 } : { first, last };
    const { job, sources } = clipJob(card, card.clips[0]!, { ...jobOfSpec(spec, card, SIZE), frames: range });
    const engine = createOpenEngine({ tools: toolPaths() });
    const workDir = await mkdtemp(join(folder, 'work-'));
    const options = { signal: new AbortController().signal, progress: () => {}, threads };
    const { frames, movie } = await engine.render(job, sources, workDir, options);
    return movie ? [movie.xxh128] : frames.map(({ xxh128 }) => xxh128);
  }

  it.each(
    SPECS.map((spec) => [`${spec.kind} ${'codec' in spec ? spec.codec : ''} ${spec.name}`, spec] as const),
  )(
    'is the same in two runs, two folders, by one thread and three, in one segment and seven: %s',
    async (_, spec) => {
      const whole = await render(spec, 0, FRAMES - 1);
      expect(await render(spec, 0, FRAMES - 1, 3)).toEqual(whole);
      if (spec.kind !== 'plate' && spec.kind !== 'log-plate') return;
      const cut: string[] = [];
      for (let frame = 0; frame < FRAMES; frame++) cut.push(...(await render(spec, frame, frame)));
      expect(cut).toEqual(whole);
      expect(new Set(whole).size).toBe(FRAMES);
    },
  );
});
