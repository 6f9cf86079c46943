import type { CutList } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import type { Rational } from '../../schemas/rational.ts';
import { parseAle } from '../../standards/cutlist/ale/parse.ts';
import { looksLikeAle } from '../../standards/cutlist/ale/table.ts';
import { decodeText } from '../../standards/cutlist/decode-text.ts';
import { parseEdl } from '../../standards/cutlist/edl/parse.ts';
import { parseFcpxml } from '../../standards/cutlist/fcpxml/parse.ts';
import { looksLikeOtio, parseOtio } from '../../standards/cutlist/otio/parse.ts';

/** Rates that the list does not carry, told by a person or by the media. */
export type ReadOptions = { rate?: Rational; sourceRate?: Rational };

/** Forms of cut lists, as the content shows them. */
export type CutListForm = 'edl' | 'ale' | 'otio' | 'fcpxml' | 'fcp7-xml' | 'aaf';

/** Turns a list of another form into OpenTimelineIO JSON. @throws PipelineError tool-missing, tool-failed */
export type ConvertToOtio = (fileName: string, bytes: Uint8Array) => Promise<string>;

/**
 * Reads a cut list from the bytes of its file, whatever its encoding; the content decides the form, the name only helps.
 * @throws PipelineError unsupported for AAF and XML, which need a converter: see `readCutListWith`
 */
export function readCutList(fileName: string, bytes: Uint8Array, options: ReadOptions = {}): CutList {
  const form = formOf(fileName, bytes);
  const { text } = decodeText(bytes);
  if (form === 'ale') return parseAle(text, options);
  if (form === 'otio') return parseOtio(text, options);
  if (form === 'edl') return parseEdl(text, options);
  if (form === 'fcpxml') return parseFcpxml(text, options);
  throw new PipelineError(
    'unsupported',
    `${fileName} is ${WORDS[form]}, which is read through otioconvert; send an EDL, an ALE or OpenTimelineIO JSON, or read it where otioconvert is installed`,
    { fileName, form },
  );
}

/** Reads a cut list of any form; AAF and XML go through the converter. @throws PipelineError of the converter */
export async function readCutListWith(
  convert: ConvertToOtio,
  fileName: string,
  bytes: Uint8Array,
  options: ReadOptions = {},
): Promise<CutList> {
  const form = formOf(fileName, bytes);
  if (form !== 'aaf' && form !== 'fcp7-xml') return readCutList(fileName, bytes, options);
  return parseOtio(await convert(nameFor(fileName, form), bytes), options);
}

/** What a file is, by its first bytes; the name decides only between forms that look alike. */
export function formOf(fileName: string, bytes: Uint8Array): CutListForm {
  const isCompoundFile = [0xd0, 0xcf, 0x11, 0xe0].every((byte, at) => bytes[at] === byte);
  if (isCompoundFile) return 'aaf';
  const { text } = decodeText(bytes.subarray(0, 65_536));
  if (/<fcpxml\b/i.test(text)) return 'fcpxml';
  if (/<xmeml\b/i.test(text)) return 'fcp7-xml';
  if (looksLikeOtio(text)) return 'otio';
  if (looksLikeAle(text)) return 'ale';
  return /\.otio$/i.test(fileName) ? 'otio' : 'edl';
}

const WORDS: Record<CutListForm, string> = {
  edl: 'an EDL',
  ale: 'an ALE',
  otio: 'OpenTimelineIO',
  fcpxml: 'FCPXML',
  'fcp7-xml': 'Final Cut Pro 7 XML',
  aaf: 'an AAF',
};

/** otioconvert goes by the ending of the name. */
function nameFor(fileName: string, form: CutListForm): string {
  const ending = form === 'aaf' ? 'aaf' : form === 'fcpxml' ? 'fcpxml' : 'xml';
  return fileName.toLowerCase().endsWith(`.${ending}`) ? fileName : `${fileName}.${ending}`;
}
