import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SegmentOutcome } from '../../activities/render-segment.ts';
import { makeCard } from '../../footage/card.ts';
import { makeCutList } from '../../footage/cut-list.ts';
import { isRefusal } from '../../workflows/refusal.ts';
import { makeInstallation, type TestInstallation } from '../support/installation.ts';
import { toolPaths } from '../support/tools.ts';

const SIZE = { width: 1920, height: 1080 };
const CLIPS = 4;
const FRAMES = 48;
const RENDERERS = 2;
const TICKS_PER_SECOND = 100;

/**
 * Where the wall time of a turnover goes: programs that make pixels, against everything around them (planning, Temporal,
 * uploads, package). Two render workers with one slot each on this machine; the S3 server's CPU is told apart.
 */
export async function run(): Promise<void> {
  const installation = await makeInstallation('bench-turnover');
  try {
    await installation.startWorkers();
    const cutList = await prepare(installation);
    const before = cpuSeconds(installation.objects.pid());
    const begun = performance.now();
    const started = await installation.rushes.submitTurnover({
      production: 'BENCH',
      cutList: { text: cutList, fileName: 'bench.edl' },
      fps: '24',
    });
    const outcome = await started.result();
    const wallMs = performance.now() - begun;
    if (isRefusal(outcome)) throw new Error(outcome.refused.sentence);
    if (outcome.plates.failed > 0 || outcome.frames.made === 0) throw new Error(JSON.stringify(outcome));
    const segments = await segmentsOf(installation, outcome.turnover);
    tell(wallMs, outcome.frames.made, segments, cpuSeconds(installation.objects.pid()) - before);
  } finally {
    await installation.close();
  }
}

function tell(wallMs: number, frames: number, segments: SegmentOutcome[], storeCpuSeconds: number): void {
  const engineMs = segments.reduce((sum, one) => sum + one.engine.wallMs, 0);
  const engineCpuMs = segments.reduce((sum, one) => sum + one.engine.cpuMs, 0);
  const share = 1 - engineMs / RENDERERS / wallMs;
  const row = (name: string, value: string) => process.stdout.write(`${name.padEnd(58)} ${value}\n`);
  row('frames rendered', `${frames} of ${SIZE.width}x${SIZE.height}`);
  row(
    'wall time of the turnover',
    `${(wallMs / 1000).toFixed(2)} s, ${((frames * 1000) / wallMs).toFixed(2)} frames/s`,
  );
  row(
    'engine wall time, summed over segments',
    `${(engineMs / 1000).toFixed(2)} s on ${RENDERERS} render slots`,
  );
  row(
    'engine CPU',
    `${(engineCpuMs / 1000).toFixed(2)} s, ${(engineCpuMs / frames / 1000).toFixed(3)} s a frame`,
  );
  row('share of the wall time that is not engine work', `${(share * 100).toFixed(1)} %`);
  row('CPU of the S3 server', `${storeCpuSeconds.toFixed(2)} s`);
}

/** Takes two cards in and answers with a cut list over all their clips. */
async function prepare({ folder, rushes }: TestInstallation): Promise<string> {
  const tools = toolPaths();
  const card = await makeCard({
    dir: join(folder, 'cards'),
    kind: 'prores',
    clips: CLIPS,
    frames: FRAMES,
    size: SIZE,
    seed: 7,
    tools,
  });
  const started = await rushes.ingestRoll({ production: 'BENCH', source: card.path });
  const report = await started.result();
  if (isRefusal(report) || report.state !== 'sealed') throw new Error(JSON.stringify(report));
  const uses = card.clips.map((clip, index) => ({
    clip,
    first: 8,
    durationFrames: FRAMES - 16,
    shotName: `BEN_010_00${index + 1}0`,
  }));
  return makeCutList({ title: 'BENCH', rate: { num: 24, den: 1 }, uses }).edl;
}

/** What every render activity answered, from the histories of the plates. */
async function segmentsOf({ rushes }: TestInstallation, turnover: string): Promise<SegmentOutcome[]> {
  const outcomes: SegmentOutcome[] = [];
  const plates = rushes.temporal.workflow.list({ query: "WorkflowType = 'makePlate'" });
  for await (const plate of plates) {
    if (!plate.workflowId.startsWith(`turnover/${turnover}/`)) continue;
    const history = await rushes.temporal.workflow.getHandle(plate.workflowId, plate.runId).fetchHistory();
    for (const event of history.events ?? []) {
      const payload = event.activityTaskCompletedEventAttributes?.result?.payloads?.[0]?.data;
      if (payload == null || payload.length === 0) continue;
      const result = JSON.parse(Buffer.from(payload).toString('utf8')) as Partial<SegmentOutcome> | null;
      if (result?.engine !== undefined) outcomes.push(result as SegmentOutcome);
    }
  }
  return outcomes;
}

/** User and system time of a process so far. Source: proc(5), fields 14 and 15 of stat. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
