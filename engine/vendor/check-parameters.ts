import { PipelineError } from '../../schemas/failure.ts';
import type { SegmentJob } from '../../schemas/segment-job.ts';

/** Decode values that a maker documents, with their range, both ends allowed. */
export type ParameterRanges = Readonly<Record<string, readonly [min: number, max: number]>>;

/**
 * The job's decode values by the maker's names.
 * @throws PipelineError input-invalid for a name or value that is not documented, unsupported for settings of the open engine
 */
export function vendorParameters(
  job: SegmentJob,
  engine: string,
  ranges: ParameterRanges,
): Record<string, number> {
  const { whiteBalance, exposureStops, vendorParameters: given = {} } = job.decode;
  if (typeof whiteBalance === 'object' || (exposureStops ?? 0) !== 0)
    throw new PipelineError(
      'unsupported',
      `the ${engine} engine takes white balance and exposure as decode.vendorParameters: ${Object.keys(ranges).join(', ')}`,
      { whiteBalance, exposureStops },
    );
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const range = ranges[name];
      if (range && typeof value === 'number' && value >= range[0] && value <= range[1]) return [name, value];
      const expected = range
        ? `a number from ${range[0]} to ${range[1]}`
        : `one of ${Object.keys(ranges).join(', ')}`;
      throw new PipelineError(
        'input-invalid',
        `decode.vendorParameters.${name}: expected ${expected}, got ${JSON.stringify(value)}`,
        { name, value },
      );
    }),
  );
}
