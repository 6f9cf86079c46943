import { setFlagsFromString } from 'node:v8';

/** From this many entries on the small steps pay: a small card would only be slowed by them. */
const MANY_ENTRIES = 20_000;

/**
 * Lets the memory of this process grow in small steps once it meets a card of so many entries: what a collection would free is then freed
 * before more is asked for, for up to a seventh more CPU. The start of a worker and of `rushes mhl` (`bin/rushes`) gives them a small young generation, which does more.
 */
export function growInSmallSteps(entries: number): void {
  if (entries > MANY_ENTRIES) setFlagsFromString('--heap-growing-percent=40');
}
