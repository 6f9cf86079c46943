import { availableParallelism, loadavg } from 'node:os';
import type { TenClips } from './by-service.ts';

/** Times the wall time of (c) that issue 7 allows (d), the S3 server's part told apart. */
const ALLOWED = { none: 1.35, zip: 1.15 } as const;
/** Issue 7: of one segment. */
const MOST_MEMORY_BYTES = 1e9;
/** What takes less of a turnover is not worth a line. */
const WORTH_TELLING_MS = 50;

const seconds = (ms: number) => (ms / 1000).toFixed(2);

/** The whole service beside the engine alone, and where its time went. */
export function printService(name: string, ten: TenClips): void {
  const { recipe, compression, frames, engine, service } = ten;
  const row = (way: string, wallMs: number, cpuMs: number, more: string) =>
    console.log(
      `  ${way.padEnd(26)}${((frames / wallMs) * 1000).toFixed(2).padStart(6)} fps  ${(cpuMs / frames / 1000).toFixed(3)} CPU s/frame  ${(wallMs / 1000).toFixed(1)} s${more}`,
    );
  console.log(
    `\n${name}, ten clips, ${recipe} (${compression}): ${frames} frames, load ${loadavg()[0]!.toFixed(1)}`,
  );
  const peak = `  ${Math.round(engine.peakBytes / 1e6)} MB a segment at most, ${engine.peakBytes < MOST_MEMORY_BYTES ? 'under' : 'OVER'} 1 GB`;
  row('(c) the engine alone', engine.wallMs, engine.cpuMs, peak);
  row('(d) the whole service', service.wallMs, service.workersCpuMs, '');
  const store = service.storeCpuMs;
  console.log(
    `      the S3 server besides    ${(store / frames / 1000).toFixed(3).padStart(17)} CPU s/frame`,
  );
  // With all processors busy, what the server took of them lengthened the run by its share.
  const apart = service.wallMs - store / availableParallelism();
  const [whole, ratio] = [service.wallMs / engine.wallMs, apart / engine.wallMs];
  const verdict = ratio <= ALLOWED[compression] ? 'reached' : 'MISSED';
  console.log(
    `  (d) against (c): ${whole.toFixed(2)}x; without the S3 server's CPU ${ratio.toFixed(2)}x, goal ${ALLOWED[compression]}x: ${verdict}`,
  );
  printAccount(ten.account);
}

function printAccount({ processes, activities }: TenClips['account']): void {
  console.log('  CPU seconds by process, of its own threads and of the programs it ran:');
  const named = (costs: Record<string, number>) =>
    Object.entries(costs)
      .filter(([, ms]) => ms >= WORTH_TELLING_MS)
      .sort(([, a], [, b]) => b - a)
      .map(([what, ms]) => `${what} ${seconds(ms)}`)
      .join(', ');
  for (const [process, { ownMs, threads, programs }] of Object.entries(processes)) {
    const ran = named(programs);
    console.log(
      `    ${process.padEnd(11)}${seconds(ownMs).padStart(7)}  ${named(threads)}${ran ? `; ran ${ran}` : ''}`,
    );
  }
  console.log(
    '  seconds by activity: runs, waiting in its queue, running, of that in the engine, longest; from when to when',
  );
  for (const [activity, cost] of Object.entries(activities))
    console.log(
      `    ${activity.padEnd(17)}${String(cost.runs).padStart(3)} ${[cost.queuedMs, cost.ranMs, cost.engineMs, cost.longestMs].map((ms) => seconds(ms).padStart(7)).join(' ')}  ${seconds(cost.beganMs)} to ${seconds(cost.endedMs)}`,
    );
}
