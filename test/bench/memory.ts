import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenEngine, type OpenEngine } from '../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../footage/card.ts';
import { decodeGroup } from '../../pipeline/delivery/decode-groups.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';
import { clipJob } from '../engine/clip-job.ts';
import { jobOfSpec, renderedRecipes } from '../engine/spec-job.ts';
import { toolPaths } from '../support/tools.ts';

const SIZE = { width: 4096, height: 2160 };
/** Short, so that what one decode can make is made of one. */
const FRAMES = 6;
const SOURCES = [
  { kind: 'prores', name: 'ProRes 4444', codec: 'prores-4444' },
  { kind: 'mxf', name: 'DNxHR in MXF' },
  { kind: 'dpx', name: 'DPX 10-bit' },
  { kind: 'exr', name: 'OpenEXR' },
  { kind: 'cinemadng', name: 'CinemaDNG 16-bit' },
] as const;
const SAMPLE_EVERY_MS = 25;
const PAGE_BYTES = 4096;
/** Issue 7: of one segment. */
const MOST_BYTES = 1e9;

/**
 * The most memory that the programs of one call of the engine hold at the same time, for each shipped recipe and kind of
 * 4096x2160 source: what can be made of one decode is. Shared libraries count once for each program, so it is an upper bound.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rushes-bench-memory-'));
  const engine = createOpenEngine({ tools: toolPaths() });
  try {
    for (const { kind, name, ...codec } of SOURCES) {
      console.log(`\n${name}, ${FRAMES} frames of ${SIZE.width}x${SIZE.height}: MB at most`);
      const dir = join(folder, kind);
      const card = await makeCard({
        ...{ dir, kind, clips: 1, frames: FRAMES, size: SIZE, seed: 7, tools: toolPaths(), seal: false },
        ...codec,
      });
      await ofCard(engine, card, folder);
      await rm(dir, { recursive: true });
    }
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ofCard(engine: OpenEngine, card: MadeCard, folder: string): Promise<void> {
  const known = new Map<string, number>();
  for (const [recipe, specs] of renderedRecipes()) {
    if (specs.length === 0) continue;
    const deliverables = specs.map((spec) => {
      const width = 'maxWidth' in spec ? Math.min(spec.maxWidth, SIZE.width) : SIZE.width;
      const size = { width, height: 2 * Math.round((width * SIZE.height) / SIZE.width / 2) };
      const frames = { first: spec.kind === 'still' ? 3 : 0, last: spec.kind === 'still' ? 3 : FRAMES - 1 };
      const { job } = clipJob(card, card.clips[0]!, { ...jobOfSpec(spec, card, size), frames });
      const kind = job.output.kind === 'movie' ? ('movie' as const) : ('sequence' as const);
      return { name: spec.name, kind, contentKey: '', job };
    });
    const group = decodeGroup(deliverables, (jobs) => engine.sharesDecode?.(jobs) === true);
    const together = deliverables.filter(({ name }) => group.includes(name)).map(({ job }) => job);
    const alone = deliverables.filter(({ name }) => !group.includes(name)).map(({ job }) => [job]);
    const calls = together.length > 0 ? [together, ...alone] : alone;
    let most = 0;
    for (const call of calls) {
      const key = JSON.stringify(call);
      const bytes = known.get(key) ?? (await peakOf(engine, card, call, join(folder, 'made')));
      known.set(key, bytes);
      most = Math.max(most, bytes);
    }
    const verdict = most < MOST_BYTES ? '' : '  OVER 1 GB';
    console.log(
      `  ${recipe.padEnd(20)}${Math.round(most / 1e6)
        .toString()
        .padStart(6)}${verdict}`,
    );
  }
}

export async function peakOf(
  engine: OpenEngine,
  card: MadeCard,
  jobs: SegmentJob[],
  workDir: string,
): Promise<number> {
  mkdirSync(workDir, { recursive: true });
  const { sources } = clipJob(card, card.clips[0]!);
  const options = { signal: new AbortController().signal, progress: () => {}, threads: 1 };
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, heldBelow(process.pid));
  }, SAMPLE_EVERY_MS);
  try {
    if (jobs.length > 1) await engine.renderTogether!(jobs, sources, workDir, options);
    else await engine.render(jobs[0]!, sources, workDir, options);
  } finally {
    clearInterval(timer);
    await rm(workDir, { recursive: true });
  }
  return most;
}

/** Resident bytes of all programs that a process runs. Source: proc(5), statm. */
function heldBelow(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + residentBytes(child) + heldBelow(child), 0);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
