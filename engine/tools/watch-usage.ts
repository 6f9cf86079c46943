import { readFileSync } from 'node:fs';

const SAMPLE_MS = 200;
/** Linux reports process times in ticks of 1/100 s. Source: proc(5), sysconf(_SC_CLK_TCK), fixed at 100 for user space. */
const TICK_MS = 10;

/** Samples a process's processor time and peak memory from /proc; Node has no rusage of a child. Answers null off Linux. */
export function watchUsage(pid: number | undefined): {
  last(): { cpuMs: number; peakMemoryBytes: number } | null;
  end(): void;
} {
  let last: { cpuMs: number; peakMemoryBytes: number } | null = null;
  const timer = setInterval(() => {
    last = sample(pid) ?? last;
  }, SAMPLE_MS);
  timer.unref();
  return { last: () => last, end: () => clearInterval(timer) };
}

function sample(pid: number | undefined): { cpuMs: number; peakMemoryBytes: number } | null {
  if (pid === undefined) return null;
  try {
    // The second field is the program's name in parentheses and may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    if (!peak) return null;
    // utime and stime are fields 14 and 15 of proc(5); after the name, the state is field 3.
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      peakMemoryBytes: Number(peak[1]) * 1024,
    };
  } catch {
    return null;
  }
}
