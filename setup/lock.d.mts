/** Runs `work` while this process alone holds the lock file; takes over from a dead holder. */
export function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: { onWait?: (pid: number) => void },
): Promise<T>;
