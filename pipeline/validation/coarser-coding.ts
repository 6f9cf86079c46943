import { type Fault, fault } from './fault.ts';
import type { PictureAt, SampleCoding } from './verdict.ts';

/** Samples of fewer bits lose what the gate would measure; of more, nothing that it sees. */
const COARSE_BITS = 8;

/**
 * The coding of 8 bits that one side's files have and the other's have not: both are read as such a file holds them, so that
 * what it cannot hold (a fraction of a code, light beyond white, colours beyond its primaries) counts on neither side.
 */
export async function coarserCoding(
  a: readonly PictureAt[],
  b: readonly PictureAt[],
): Promise<{ of: SampleCoding; note: Fault } | null> {
  const codings = await Promise.all([a, b].map((pictures) => pictures[0]?.coding() ?? null));
  const coarse = codings.filter((each) => each !== null && each.bits <= COARSE_BITS);
  const [of] = coarse;
  if (!of || coarse.length === codings.length) return null;
  const text = `one side has files of ${of.bits} bits in ${of.space}: both are compared as such files hold them`;
  return { of, note: fault('coding', null, text, of) };
}
