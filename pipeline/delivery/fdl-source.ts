import { PipelineError } from '../../schemas/failure.ts';
import type { FdlDocument } from '../../standards/fdl/fdl-document.ts';
import { readFdl } from '../../standards/fdl/read-fdl.ts';

/**
 * The FDL that came with a turnover, valid.
 * @throws PipelineError input-invalid with its first fault: a framing that is not sure is no framing
 */
export function readFdlSource(text: string, name = 'framing.fdl'): FdlDocument {
  const { fdl, problems } = readFdl(text, name);
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (fdl !== null && errors.length === 0) return fdl;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new PipelineError('input-invalid', `The FDL is not valid: ${errors[0]?.forPeople ?? name}${more}`, {
    problems: errors.slice(0, 20).map((problem) => problem.forPeople),
  });
}
