import type { ChildProcess } from 'node:child_process';

const TERM_GRACE_MS = 5000;
/** A grandchild may outlive the program and hold its pipes open; after this the rest of the group is killed. */
const STRAGGLER_MS = 2000;

/** SIGTERM to the group, SIGKILL after the grace; `process.kill(-pid)` because tools have children. */
export function endGroup(child: ChildProcess): { begin(): void; done(): void } {
  let timer: NodeJS.Timeout | undefined;
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // ESRCH: the group is gone, which is what was wanted.
    }
  };
  const killAfter = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      kill('SIGKILL');
      // Whoever left the group may still hold the pipes; the run must end all the same.
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, ms);
  };
  let begun = false;
  child.once('exit', () => {
    if (!groupIsGone(child.pid)) killAfter(begun ? 0 : STRAGGLER_MS);
  });
  return {
    begin() {
      if (begun) return;
      begun = true;
      kill('SIGTERM');
      killAfter(TERM_GRACE_MS);
    },
    done: () => clearTimeout(timer),
  };
}

function groupIsGone(pid: number | undefined): boolean {
  if (pid === undefined) return true;
  try {
    process.kill(-pid, 0);
    return false;
  } catch {
    return true;
  }
}
