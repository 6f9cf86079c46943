import { readdir, readFile } from 'node:fs/promises';

/** In the environment of a program, and so of everything that it starts. */
const MARK = 'RUSHES_FOLDER';

/** How often it is looked again: what is killed may just have started another one. */
const LOOKS = 3;

/** What a program is started with so that whatever it starts can be found again, in whichever session or group it went. */
export function stragglerMark(folder: string): Record<string, string> {
  return { [MARK]: folder };
}

/**
 * Kills every process of ours that was started for this folder, or one in it, and is still there: helpers that a program
 * put into a session of their own, where ending its group does not reach them. Nothing where the system has no /proc.
 */
export async function endStragglers(folder: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const found = await startedFor(folder);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

async function startedFor(folder: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const isOurs = await Promise.all(pids.map((pid) => isStartedFor(pid, folder)));
  return pids.filter((pid, index) => isOurs[index] && pid !== process.pid);
}

async function isStartedFor(pid: number, folder: string): Promise<boolean> {
  // Gone, or somebody else's: neither is ours to end. A process that has ended and is not fetched has none.
  const text = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return text.split('\0').some((each) => {
    const [name, value = ''] = each.split(/=(.*)/s);
    const told = Buffer.from(value, 'latin1').toString();
    return name === MARK && (told === folder || told.startsWith(`${folder}/`));
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself meanwhile.
  }
}
