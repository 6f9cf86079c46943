import { z } from 'zod';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

const Kept = z.object({ files: z.array(z.string()) });

/** Paths of the dailies references that came with a turnover; none when nobody sent one. */
export async function referencesOf(deps: Dependencies, request: TurnoverRequest): Promise<string[]> {
  return request.referencesKey === undefined ? [] : (await deps.facts.get(request.referencesKey, Kept)).files;
}
