import type { Cdl } from '../../schemas/cut-list.ts';
import { type WrittenElement, writeXml } from '../xml/write-xml.ts';

/** Source: ASC CDL schema v1.01, targetNamespace. */
export const CDL_NAMESPACE = 'urn:ASC:CDL:v1.01';

/** A correction to write: `id` is how AMF and lists refer to it. */
export type NamedCorrection = { id: string; cdl: Cdl; description?: string };

/** A .cc file: one correction. */
export function writeCc(correction: NamedCorrection): string {
  return writeXml(colorCorrection(correction, { xmlns: CDL_NAMESPACE }));
}

/** A .ccc file: corrections by id. */
export function writeCcc(corrections: NamedCorrection[]): string {
  return writeXml({
    tag: 'ColorCorrectionCollection',
    attributes: { xmlns: CDL_NAMESPACE },
    content: corrections.map((correction) => colorCorrection(correction, {})),
  });
}

/** A .cdl file: one decision per correction. */
export function writeCdl(corrections: NamedCorrection[]): string {
  return writeXml({
    tag: 'ColorDecisionList',
    attributes: { xmlns: CDL_NAMESPACE },
    content: corrections.map((correction) => ({
      tag: 'ColorDecision',
      content: [colorCorrection(correction, {})],
    })),
  });
}

/** SOP and saturation elements; numbers are written to read back exactly. */
function correctionNodes(cdl: Cdl): WrittenElement[] {
  const triple = (name: string, values: readonly number[]) => ({
    tag: name,
    content: values.map(String).join(' '),
  });
  return [
    {
      tag: 'SOPNode',
      content: [triple('Slope', cdl.slope), triple('Offset', cdl.offset), triple('Power', cdl.power)],
    },
    { tag: 'SatNode', content: [triple('Saturation', [cdl.saturation])] },
  ];
}

function colorCorrection(
  { id, cdl, description }: NamedCorrection,
  attributes: Record<string, string>,
): WrittenElement {
  const about = description === undefined ? [] : [{ tag: 'Description', content: description }];
  return {
    tag: 'ColorCorrection',
    attributes: { ...attributes, id },
    content: [...about, ...correctionNodes(cdl)],
  };
}
