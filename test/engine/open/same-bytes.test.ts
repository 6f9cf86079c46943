import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import { shippedRecipes } from '../../../pipeline/delivery/recipes.ts';
import type { DeliverableSpec } from '../../../schemas/recipe.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { toolPaths } from '../../support/tools.ts';
import { clipJob, colourTo } from '../clip-job.ts';

const FRAMES = 7;
/** The least that DNxHR takes. */
const SIZE = { width: 256, height: 144 };

/** Every deliverable of every shipped recipe, once where two recipes make the same. */
const SPECS = [
  ...new Map(
    shippedRecipes().flatMap(({ deliverables }) =>
      deliverables
        .filter((spec) => spec.kind !== 'trim')
        .map((spec) => [JSON.stringify({ ...spec, name: '', naming: '' }), spec] as const),
    ),
  ).values(),
];

/** Nothing is kept between renders: each begins in an empty folder, by an engine of its own. */
describe('what every shipped recipe makes', { timeout: 120_000 }, () => {
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

  function jobOf(spec: DeliverableSpec): Pick<SegmentJob, 'output' | 'colour' | 'route'> {
    const clip = card.clips[0]!;
    const aces = colourTo(clip, 'ACES2065-1');
    const { output } = clipJob(card, clip).job;
    if (output.kind !== 'exr') throw new Error('a clip job makes plates');
    if (spec.kind === 'plate')
      return {
        output: { ...output, compression: spec.compression, container: spec.container },
        colour: colourTo(clip, spec.colour),
        route: spec.route,
      };
    if (spec.kind === 'log-plate')
      return {
        output: { kind: 'dpx', bits: spec.bits, header: output.header },
        colour: { ...aces, steps: [], outputSpace: aces.decodedSpace },
        route: spec.route,
      };
    if (spec.kind === 'trim') throw new Error('a trim is not rendered');
    const { display, view } = spec;
    const form =
      spec.kind === 'still'
        ? ({ codec: 'jpeg', container: 'jpg' } as const)
        : {
            codec: spec.codec,
            container: spec.container,
            ...(spec.mastering ? { mastering: spec.mastering } : {}),
          };
    return {
      output: { kind: 'movie', ...form, size: SIZE, startTimecode: clip.startTimecode, burnIns: [] },
      colour: {
        ...aces,
        steps: [{ kind: 'display', from: aces.decodedSpace, display, view }],
        outputSpace: display,
      },
      route: 'fast',
    };
  }

  async function render(spec: DeliverableSpec, first: number, last: number, threads = 1): Promise<string[]> {
    const range = spec.kind === 'still' ? { first: 3, last: 3 } : { first, last };
    const { job, sources } = clipJob(card, card.clips[0]!, { ...jobOf(spec), frames: range });
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
