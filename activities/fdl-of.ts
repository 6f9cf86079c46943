import { readFdlSource } from '../pipeline/delivery/fdl-source.ts';
import type { TurnoverRequest } from '../schemas/turnover.ts';
import type { FdlDocument } from '../standards/fdl/fdl-document.ts';
import type { Dependencies } from './dependencies.ts';

/** The FDL that came with a turnover; null when nobody sent one. @throws PipelineError input-invalid */
export async function fdlOf(deps: Dependencies, request: TurnoverRequest): Promise<FdlDocument | null> {
  if (request.fdlKey === null) return null;
  return readFdlSource((await deps.facts.getBytes(request.fdlKey)).toString('utf8'));
}
