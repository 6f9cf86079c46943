/** What a pool of workers does. `control` runs the workflows and the short activities. */
export const POOLS = ['control', 'io', 'media', 'render'] as const;
export type Pool = (typeof POOLS)[number];

/** The one queue of workflows and short activities. */
export const CONTROL_QUEUE = 'rushes';

/** The task queue of a pool at a site: work goes where the originals are. */
export function queueOf(pool: Pool, site: string): string {
  return pool === 'control' ? CONTROL_QUEUE : `${site}.${pool}`;
}

/** The queue of renders by a maker's engine at a site: only workers that have it serve it. */
export function engineQueue(site: string, engine: string): string {
  return `${queueOf('render', site)}.${engine}`;
}
