import type { CutList } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import type { Rational } from '../../schemas/rational.ts';
import { decodeText } from '../../standards/cutlist/decode-text.ts';
import { parseEdl } from '../../standards/cutlist/edl/parse.ts';

/**
 * Reads a cut list from the bytes of its file, whatever its encoding; the content decides the form, the name only helps.
 * @throws PipelineError unsupported for forms that need a converter
 */
export function readCutList(
  fileName: string,
  bytes: Uint8Array,
  options: { rate?: Rational; sourceRate?: Rational } = {},
): CutList {
  if (/\.(aaf|xml|fcpxml)$/i.test(fileName)) {
    throw new PipelineError('unsupported', `${fileName} is not read without a converter`, { fileName });
  }
  return parseEdl(decodeText(bytes).text, options);
}
