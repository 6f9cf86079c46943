import { type FrameRange, joinRanges } from '../pipeline/conform/frame-ranges.ts';
import type { TurnoverPlan, TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';
import { resolvePlate } from './resolve-plate.ts';

/**
 * Source frames of each clip that stand in the store already as this turnover would make them, by clip. Only clips that a turnover of the
 * production had before are looked at; one that cannot be decided yet has none.
 */
export async function framesThere(
  deps: Dependencies,
  request: TurnoverRequest,
  plan: TurnoverPlan,
): Promise<Map<string, FrameRange[]>> {
  const known = await deps.catalogue.clipsWithPlates(request.production);
  const there = new Map<string, FrameRange[]>();
  for (const plate of plan.plates) {
    if (there.has(plate.clipId) || !known.has(plate.clipId)) continue;
    const resolved = await resolvePlate(deps, request, plate);
    const sequence =
      'away' in resolved ? undefined : resolved.prepared.deliverables.find(({ kind }) => kind === 'sequence');
    there.set(plate.clipId, sequence === undefined ? [] : await framesOf(deps, sequence.contentKey));
  }
  return there;
}

async function framesOf(deps: Dependencies, pixelKey: string): Promise<FrameRange[]> {
  const frames: number[] = [];
  for await (const { key } of deps.store.list(deps.store.bucket('work'), `frames/${pixelKey}/`)) {
    const frame = /\/(\d{8})\.(?:exr|dpx)$/.exec(key)?.[1];
    if (frame !== undefined) frames.push(Number(frame));
  }
  return joinRanges(frames.map((frame) => ({ first: frame, last: frame })));
}
