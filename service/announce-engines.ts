import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dependencies } from '../activities/dependencies.ts';

/** Between two announcements: how soon a program that was installed, or a licence that came back, is known of. */
const EVERY_MS = 5 * 60_000;
/** While the catalogue is away or its tables are not made yet. */
const AGAIN_MS = 2000;

/** Makers' engines that are set up in this process. */
export function makersHere({ engines }: Dependencies): string[] {
  return [...engines.byName.keys()].filter((name) => name !== 'open');
}

/** Says at once, and now and then, what the makers' engines of this host can do, so that plates are prepared for them. */
export function keepAnnouncing(deps: Dependencies, signal: AbortSignal | undefined): { stop(): void } {
  const ended = new AbortController();
  const until = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  void announceUntil(deps, until);
  return { stop: () => ended.abort() };
}

async function announceUntil(deps: Dependencies, signal: AbortSignal): Promise<void> {
  const makers = makersHere(deps);
  while (makers.length > 0 && !signal.aborted) {
    const isSaid = await announceEngines(deps).then(
      () => true,
      (error: unknown) => {
        // The catalogue may come, or get its tables, only after this worker; a plate that lacks an engine waits until then.
        if (!signal.aborted) process.stderr.write(`engines are not announced yet: ${String(error)}\n`);
        return false;
      },
    );
    await sleep(isSaid ? EVERY_MS : AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}

/** Says once what the makers' engines of this host can do; plates that wait are prepared again when it is news. */
export async function announceEngines(deps: Dependencies): Promise<void> {
  const news: string[] = [];
  for (const name of makersHere(deps)) {
    const capabilities = await deps.engines.byName.get(name)!.capabilities();
    const licences = deps.engines.licences[name] ?? null;
    if (await deps.catalogue.announceEngine(deps.site, hostname(), { ...capabilities, licences }))
      news.push(name);
  }
  if (news.length === 0) return;
  await deps.lookAgain(
    await deps.catalogue.turnoversWithWaitingPlates(),
    `news of ${news.join(', ')} at ${deps.site}`,
  );
}
