import { digestText } from '../../standards/hash/digest-text.ts';
import type { ComputedDigests, HashAlgorithm } from '../../standards/hash/hasher.ts';
import type { Observation } from '../../standards/mhl/verdict.ts';
import type { FileResult } from './hash-thread.mjs';

/** What a hashing thread found of a file, with its digests as text. @param formats in the order of the raw digests */
export function toObservation(formats: readonly HashAlgorithm[], result: FileResult): Observation {
  return 'error' in result ? result : { digests: textOf(formats, result.raw) };
}

/** Raw digests as text, by format. */
export function textOf(formats: readonly HashAlgorithm[], raw: readonly Uint8Array[]): ComputedDigests {
  return Object.fromEntries(formats.map((format, index) => [format, digestText(format, raw[index]!)]));
}
