import { PipelineError } from '../../schemas/failure.ts';
import { NETWORK_AWAY } from '../network-away.ts';

/**
 * A failure of ours for what PostgreSQL or the network said; an error in a statement stays as it is, because it is a bug.
 * Source: PostgreSQL appendix A, classes 08, 40, 53, 57P
 */
export function catalogueFailure(error: unknown): unknown {
  if (error instanceof PipelineError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const facts = { sqlState: code };
  if (
    NETWORK_AWAY.has(code) ||
    /^(08|57P)/.test(code) ||
    /^Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  ) {
    return new PipelineError(
      'service-away',
      `the catalogue does not answer: ${error.message || code}`,
      facts,
      { cause: error },
    );
  }
  if (code === '28P01' || code === '28000')
    return new PipelineError('refused-by-rule', `the catalogue refuses us: ${error.message}`, facts, {
      cause: error,
    });
  if (code === '3D000')
    return new PipelineError('not-found', `the catalogue is not set up: ${error.message}`, facts, {
      cause: error,
    });
  if (code === '53100')
    return new PipelineError('disk-full', `the catalogue has no room: ${error.message}`, facts, {
      cause: error,
    });
  if (/^(40|53)/.test(code) || code === '55P03')
    return new PipelineError(
      'conflict',
      `the catalogue was busy with the same rows: ${error.message}`,
      facts,
      { cause: error },
    );
  return error;
}

/** A refused connection to a name with several addresses comes as an AggregateError without a text. */
function codeOf(error: Error): string {
  const inner =
    error instanceof AggregateError ? (error.errors[0] as { code?: unknown } | undefined) : undefined;
  const code = (error as { code?: unknown }).code ?? inner?.code;
  return typeof code === 'string' ? code : '';
}
