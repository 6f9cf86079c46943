import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenEngine } from '../../../engine/open/open-engine.ts';
import type { MadeCard } from '../../../footage/card.ts';
import type { MovieOutput, SegmentJob } from '../../../schemas/segment-job.ts';
import { clipJob, colourTo } from '../../engine/clip-job.ts';

/** What the same deliverables took, made of one decode and one by one; times of one thread. */
export type OneDecode = Record<'together' | 'oneByOne', { wallMs: number; cpuMs: number; peakBytes: number }>;

const LOOK = { display: 'Rec.1886 Rec.709 - Display', view: 'ACES 2.0 - SDR 100 nits (Rec.709)' };

/** A ZIP plate, an HD ProRes proxy and a still of one clip: the bytes are compared too. */
export async function oneDecode(engine: OpenEngine, card: MadeCard, folder: string): Promise<OneDecode> {
  const clip = card.clips[0]!;
  const { job: plate, sources } = clipJob(card, clip, { route: 'fast', colour: colourTo(clip, 'ACEScg') });
  const { decodedSpace: from } = plate.colour;
  const colour: SegmentJob['colour'] = {
    ...plate.colour,
    steps: [{ kind: 'display', from, ...LOOK }],
    outputSpace: LOOK.display,
  };
  const movie = (output: Pick<MovieOutput, 'codec' | 'container'>, width: number): SegmentJob => ({
    ...{ ...plate, colour },
    output: { kind: 'movie', ...output, size: { width, height: Math.round((width * 9) / 16) }, burnIns: [] },
  });
  const jobs = [
    plate,
    movie({ codec: 'prores-proxy', container: 'mov' }, 1920),
    { ...movie({ codec: 'jpeg', container: 'jpg' }, 960), frames: { first: 3, last: 3 } },
  ];
  const options = { signal: new AbortController().signal, progress: () => {} };
  const folderOf = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const proof = { ...plate, frames: { first: 0, last: 0 } };
  await engine.render(proof, sources, folderOf('proof'), options);
  const together = await engine.renderTogether!(jobs, sources, folderOf('together'), options);
  const alone: Awaited<ReturnType<typeof engine.render>>[] = [];
  for (const [index, job] of jobs.entries())
    alone.push(await engine.render(job, sources, folderOf(`alone-${index}`), options));
  const digests = (outputs: readonly { frames: { xxh128: string }[]; movie?: { xxh128: string } }[]) =>
    JSON.stringify(
      outputs.map(({ frames, movie: made }) => [frames.map((frame) => frame.xxh128), made?.xxh128]),
    );
  if (digests(together.outputs) !== digests(alone)) throw new Error('one decode gave other bytes than three');
  await rm(folder, { recursive: true });
  const sum = (of: (timings: (typeof alone)[number]['timings']) => number) =>
    alone.reduce((total, { timings }) => total + of(timings), 0);
  const { wallMs, cpuMs, peakMemoryBytes } = together.timings;
  return {
    together: { wallMs, cpuMs, peakBytes: peakMemoryBytes },
    oneByOne: {
      wallMs: sum((timings) => timings.wallMs),
      cpuMs: sum((timings) => timings.cpuMs),
      peakBytes: Math.max(...alone.map(({ timings }) => timings.peakMemoryBytes)),
    },
  };
}
