/**
 * The program that turns AAF and XML timelines into OpenTimelineIO, installed into the cache when it is first asked for.
 * @throws Error when it is not there and cannot be installed
 */
export function ensureOtioconvert(options?: {
  cache?: string;
  log?: (line: string) => void;
}): Promise<string>;
