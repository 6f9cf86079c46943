import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process beyond doubt: a process number is given again, the moment of its start since this boot is not. */
export function ownerName(): string {
  return ['rushes', host(), bootId(), process.pid, startTime(process.pid) ?? 0].join('~');
}

/** Whether a folder belongs to a process of this host that is gone. What other hosts or other programs left is not ours to judge. */
export function isDead(name: string): boolean {
  const [mark, ownerHost, boot, pid, start] = name.split('~');
  if (mark !== 'rushes' || ownerHost !== host() || start === undefined) return false;
  if (boot !== bootId()) return true;
  const now = startTime(Number(pid));
  return now === null || String(now) !== start;
}

function host(): string {
  return hostname().replace(/[^A-Za-z0-9.-]/g, '-');
}

/** Source: proc(5); where there is no /proc a process is known by its number alone. */
function bootId(): string {
  return textOf('/proc/sys/kernel/random/boot_id')?.trim().slice(0, 8) ?? 'no-boot-id';
}

/** Clock ticks from boot to the start of a process, 0 where the system does not tell; null when it is gone. Source: proc(5), stat, field 22. */
function startTime(pid: number): number | null {
  const text = textOf(`/proc/${pid}/stat`);
  if (text === null) return isRunning(pid) && textOf('/proc/self/stat') === null ? 0 : null;
  // The program's name stands in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[19]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
