import { type FailureCode, PipelineError } from '../../schemas/failure.ts';
import { NETWORK_AWAY } from '../network-away.ts';

const BY_S3_CODE: Record<string, FailureCode> = {
  // A store over plain files cannot hold `f/dir` and `f/dir/child` together; no card can either.
  ObjectParentIsFile: 'input-invalid',
  ExistingObjectIsDirectory: 'input-invalid',
  KeyTooLongError: 'input-invalid',
  NoSuchKey: 'not-found',
  NotFound: 'not-found',
  NoSuchBucket: 'not-found',
  NoSuchVersion: 'not-found',
  NoSuchUpload: 'not-found',
  AccessDenied: 'refused-by-rule',
  Forbidden: 'refused-by-rule',
  InvalidAccessKeyId: 'refused-by-rule',
  SignatureDoesNotMatch: 'refused-by-rule',
  PreconditionFailed: 'conflict',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  SlowDown: 'service-away',
  ServiceUnavailable: 'service-away',
  InternalError: 'service-away',
  RequestTimeout: 'service-away',
  IncompleteBody: 'service-away',
  QuotaExceeded: 'disk-full',
  EntityTooLarge: 'disk-full',
  XMinioStorageFull: 'disk-full',
};
const BY_STATUS: Record<number, FailureCode> = {
  403: 'refused-by-rule',
  404: 'not-found',
  409: 'conflict',
  412: 'conflict',
  507: 'disk-full',
};
const AWAY = new Set([...NETWORK_AWAY, 'ERR_STREAM_PREMATURE_CLOSE']);

/** What was being done, for the message: a verb and the object. */
export type StoreAct = { act: string; bucket: string; key?: string };

/**
 * A failure of ours for what the S3 server or the network said; what is neither stays as it is, because it is a bug.
 * Cancellation passes untouched.
 */
export function storeFailure(error: unknown, what: StoreAct): unknown {
  if (error instanceof PipelineError || isAbort(error) || !(error instanceof Error)) return error;
  const s3Code = (error as { code?: unknown }).code;
  const code = failureCode(error, typeof s3Code === 'string' ? s3Code : '');
  if (code === undefined) return error;
  return new PipelineError(
    code,
    sentence(what, `${typeof s3Code === 'string' ? `${s3Code}: ` : ''}${error.message}`),
    { ...what, s3Code },
    { cause: error },
  );
}

/** A failure of ours for an HTTP answer that was not a success. */
export function answerFailure(status: number, body: string, what: StoreAct): PipelineError {
  const s3Code = /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ?? '';
  const code = BY_S3_CODE[s3Code] ?? BY_STATUS[status] ?? 'service-away';
  return new PipelineError(code, sentence(what, `the server answered ${status} ${s3Code}`.trim()), {
    ...what,
    status,
    s3Code,
    body: body.slice(0, 500),
  });
}

/** Runs one call to the store and translates its failure. */
export async function calling<T>(what: StoreAct, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw storeFailure(error, what);
  }
}

function failureCode(error: Error, s3Code: string): FailureCode | undefined {
  if (BY_S3_CODE[s3Code]) return BY_S3_CODE[s3Code];
  // The client wraps a 5xx, when its retries are off, in a plain Error with this text.
  if (AWAY.has(s3Code) || /^Request failed after \d+ retries|socket hang up/.test(error.message))
    return 'service-away';
  return undefined;
}

function sentence(what: StoreAct, said: string): string {
  return `could not ${what.act} ${what.bucket}${what.key === undefined ? '' : `/${what.key}`}: ${said}`;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
