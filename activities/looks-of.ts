import { z } from 'zod';
import type { LookFile } from '../pipeline/delivery/looks.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import type { Dependencies } from './dependencies.ts';

const Kept = z.object({ files: z.array(z.object({ fileName: z.string(), text: z.string() })) });

/** The look files that came with a turnover; none when nobody sent one. */
export async function looksOf(deps: Dependencies, request: TurnoverRequest): Promise<LookFile[]> {
  return request.looksKey === undefined ? [] : (await deps.facts.get(request.looksKey, Kept)).files;
}
