import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a machine that does much else beside; what is looked for mostly comes within a second. */
const PATIENCE_MS = 600_000;

/**
 * Asks `look` again and again until it answers with something, and gives that. `what` says what is waited for, in the
 * words of the one sentence that a test fails with when it does not come within ten minutes.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  everyMs = 20,
): Promise<Exclude<T, null | undefined | false>> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(everyMs)) {
    const seen = await look();
    if (seen) return seen as Exclude<T, null | undefined | false>;
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
  }
}
