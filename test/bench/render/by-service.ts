import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveSources } from '../../../activities/resolve-sources.ts';
import { range } from '../../../activities/stored-frames.ts';
import { makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import { makeCutList } from '../../../footage/cut-list.ts';
import { decodeGroup } from '../../../pipeline/delivery/decode-groups.ts';
import { cutJob } from '../../../pipeline/delivery/segment-job.ts';
import { segmentsOf } from '../../../pipeline/delivery/segments.ts';
import { MadePlate, PreparedPlate } from '../../../schemas/plate-facts.ts';
import type { SegmentJob } from '../../../schemas/segment-job.ts';
import { isRefusal } from '../../../workflows/refusal.ts';
import { makeFdl } from '../../standards/fdl/make-fdl.ts';
import { makeInstallation, type TestInstallation } from '../../support/installation.ts';
import { testStack } from '../../support/stack.ts';
import { toolPaths } from '../../support/tools.ts';
import { type ActivityCost, activitiesOf } from './activity-account.ts';
import { countCpu, type ProcessCost, type Roots } from './cpu-account.ts';

/** What a way of making the same ten plates took. `peakBytes` is of one segment. */
export type TenClips = {
  recipe: string;
  compression: 'none' | 'zip';
  frames: number;
  engine: { wallMs: number; cpuMs: number; peakBytes: number };
  /** CPU of workers with their programs, and of the S3 server, apart. */
  service: { wallMs: number; workersCpuMs: number; storeCpuMs: number };
  /** Where the service's time went. */
  account: { processes: Record<string, ProcessCost>; activities: Record<string, ActivityCost> };
};

const CLIPS = 10;
const FRAMES = 12;
const RATE = { num: 24, den: 1 };
const RECIPES = [
  { recipe: 'acescg-plates', compression: 'zip' },
  { recipe: 'st2065-4-strict', compression: 'none' },
] as const;

/**
 * (d) and what it is measured against: a turnover of ten clips by the whole service, two render workers of one slot, and
 * then the very same deliverables by the engine alone, plates with their reference stills, two calls at a time. Both read
 * the originals in place and write to the same disk.
 */
export async function* tenClips(
  kind: CardKind,
  size: { width: number; height: number },
  crop: { x: number; y: number; width: number; height: number },
): AsyncGenerator<TenClips> {
  const at = await makeInstallation(`bench-${kind}`);
  try {
    const { main, renderers } = await at.startWorkers();
    const { temporal, postgres } = await testStack();
    const roots = {
      ...{ worker: main.pid, 'renderer 1': renderers[0].pid, 'renderer 2': renderers[1].pid },
      ...{ 'S3 server': at.objects.pid(), Temporal: temporal.pid ?? 0, PostgreSQL: postgres.pid ?? 0 },
    };
    const { edl, warmUp, fdl } = await prepare(at, kind, size, crop);
    for (const { recipe, compression } of RECIPES) {
      // The fast route is proven once for each recipe and kind of clip; that is no part of a job.
      await byService(at, `${recipe}-proof`, recipe, { edl: warmUp, fdl }, roots);
      const service = await byService(at, recipe, recipe, { edl, fdl }, roots);
      const engine = await byEngine(at, await callsOf(at, service.turnover));
      const { turnover: _, frames, account, ...rest } = service;
      yield { recipe, compression, frames, engine, service: rest, account };
      // The next recipe makes its stills too, which may be the same.
      for (const made of ['frames', 'made'])
        await rm(join(at.folder, 'objects', 'data', 'studio-work', made), { recursive: true, force: true });
    }
  } finally {
    await at.close();
    await rm(at.folder, { recursive: true, force: true });
  }
}

async function prepare(
  at: TestInstallation,
  kind: CardKind,
  size: { width: number; height: number },
  crop: { x: number; y: number; width: number; height: number },
): Promise<{ edl: string; warmUp: string; fdl: string }> {
  const card = await makeCard({
    ...{
      dir: join(at.folder, 'cards'),
      kind,
      clips: CLIPS + 2,
      frames: FRAMES,
      size,
      seed: 7,
      tools: toolPaths(),
    },
    ...(kind === 'prores' ? { codec: 'prores-4444' as const } : {}),
  });
  const report = await (await at.rushes.ingestRoll({ production: 'BENCH', source: card.path })).result();
  if (isRefusal(report) || report.state !== 'sealed') throw new Error(JSON.stringify(report));
  await rm(card.path, { recursive: true });
  const known = await at.command('formats', '--production', 'BENCH', '--json');
  const [format] = JSON.parse(known.stdout).formats as { formatId: string; missing: string[] }[];
  if (format!.missing.length > 0)
    await at.command(
      ...['formats', 'set', format!.formatId, 'inputColorSpace=ARRI LogC3 (EI800)', '--production', 'BENCH'],
    );
  const uses = card.clips.map((clip, index) => ({
    ...{ clip, first: 0, durationFrames: FRAMES },
    shotName: `BEN_010_${String(index + 1).padStart(3, '0')}0`,
  }));
  const fdl = makeFdl({
    canvas: { dimensions: size },
    decision: {
      dimensions: { width: crop.width, height: crop.height },
      anchor_point: { x: crop.x, y: crop.y },
    },
    template: { target_dimensions: { width: crop.width, height: crop.height } },
  });
  const list = (some: typeof uses) => makeCutList({ title: 'BENCH', rate: RATE, uses: some }).edl;
  // A clip for each render worker.
  return { edl: list(uses.slice(0, CLIPS)), warmUp: list(uses.slice(CLIPS)), fdl: JSON.stringify(fdl) };
}

async function byService(
  at: TestInstallation,
  name: string,
  recipe: string,
  { edl, fdl }: { edl: string; fdl: string },
  roots: Roots,
) {
  const ended = countCpu(roots);
  const begun = performance.now();
  const started = await at.rushes.submitTurnover({
    ...{ production: 'BENCH', name, recipe, fps: '24', handles: 0, fdl },
    cutList: { text: edl, fileName: 'bench.edl' },
  });
  const outcome = await started.result();
  const wallMs = performance.now() - begun;
  const processes = ended();
  if (isRefusal(outcome)) throw new Error(outcome.refused.sentence);
  if (outcome.plates.failed > 0 || outcome.frames.made === 0) throw new Error(JSON.stringify(outcome));
  const cpuMs = (...of: string[]) =>
    sum(
      of.map((process) => processes[process]!).map((cost) => cost.ownMs + sum(Object.values(cost.programs))),
    );
  return {
    ...{ turnover: outcome.turnover, frames: outcome.frames.made, wallMs },
    workersCpuMs: cpuMs('worker', 'renderer 1', 'renderer 2'),
    storeCpuMs: cpuMs('S3 server'),
    account: {
      processes,
      activities: await activitiesOf(at.rushes.temporal, `turnover/${outcome.turnover}`),
    },
  };
}

/** What one call of the engine makes: a segment, a movie or still, or several of one decode. */
type EngineCall = SegmentJob[];

/** The very calls of the engine that the service made: every deliverable, in the same segments and of the same decodes. */
async function callsOf({ local: { deps } }: TestInstallation, turnover: string): Promise<EngineCall[]> {
  const calls: EngineCall[] = [];
  for (const key of (await deps.catalogue.madePlatesOf(turnover)).values()) {
    const { preparedKey } = await deps.facts.get(key, MadePlate);
    const { deliverables } = await deps.facts.get(preparedKey, PreparedPlate);
    const together = decodeGroup(deliverables, (jobs) => deps.engine.sharesDecode?.(jobs) === true);
    const alone = deliverables.filter(({ name }) => !together.includes(name));
    if (together.length > 0)
      calls.push(deliverables.filter(({ name }) => together.includes(name)).map(({ job }) => job));
    for (const { kind, job } of alone)
      if (kind === 'movie') calls.push([job]);
      else calls.push(...segmentsOf(job.frames, job.geometry.source).map((span) => [cutJob(job, span)]));
  }
  return calls;
}

/** Two at a time; what was made goes as soon as a call is over, as it does after an upload. */
async function byEngine(at: TestInstallation, calls: EngineCall[]): Promise<TenClips['engine']> {
  const { deps } = at.local;
  const options = { signal: new AbortController().signal, progress: () => {} };
  const taken = { cpuMs: 0, peakBytes: 0 };
  const render = async (jobs: EngineCall, name: string) => {
    const workDir = join(at.folder, 'engine', name);
    mkdirSync(workDir, { recursive: true });
    const frames = [...new Set(jobs.flatMap(({ frames: { first, last } }) => range(first, last)))];
    const [first] = jobs as [SegmentJob];
    const sources = await resolveSources(deps, first, frames, workDir, options.signal);
    const { timings } =
      jobs.length > 1
        ? await deps.engine.renderTogether!(jobs, sources, workDir, options)
        : await deps.engine.render(first, sources, workDir, options);
    await rm(workDir, { recursive: true });
    return timings;
  };
  // The workers have proven the fast route on this recipe; so has this process then.
  const sequence = calls.flat().find(({ output }) => output.kind !== 'movie')!;
  await render([cutJob(sequence, { ...sequence.frames, last: sequence.frames.first })], 'proof');
  const waiting = calls.map((jobs, index) => ({ jobs, name: String(index) }));
  const own = process.cpuUsage();
  const begun = performance.now();
  const slot = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const timings = await render(next.jobs, next.name);
      taken.cpuMs += timings.cpuMs;
      taken.peakBytes = Math.max(taken.peakBytes, timings.peakMemoryBytes);
    }
  };
  await Promise.all([slot(), slot()]);
  const wallMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(own);
  return { wallMs, cpuMs: taken.cpuMs + (user + system) / 1000, peakBytes: taken.peakBytes };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
