/** A recorded process: its pid counts only together with its start (clock ticks since this boot). */
export type ProcessRecord = { pid: number | null; startTicks?: number | null; bootId?: string | null };
/** What to write down about a process to recognise it later. */
export function recordOf(pid: number): ProcessRecord;
/** True while exactly the recorded process runs; a number taken by another program does not count. */
export function isAlive(record: ProcessRecord | null | undefined): boolean;
/** Ends the recorded process, asking first and killing after `graceMs`; true when it was ended by this call. */
export function endProcess(
  record: ProcessRecord,
  options?: { signal?: NodeJS.Signals; graceMs?: number },
): Promise<boolean>;
