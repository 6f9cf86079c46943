import type { Cdl } from '../../schemas/cut-list.ts';
import { PipelineError } from '../../schemas/failure.ts';
import { childOf, readXml, type XmlElement } from '../xml/element-tree.ts';

/** One colour correction of a .cc, .ccc or .cdl file. */
export type ColorCorrection = { id: string | null; cdl: Cdl; description: string | null };

/** Corrections that change nothing: what an absent SOP or saturation means. Source: ASC CDL v1.2, default values. */
export const NO_CORRECTION: Cdl = { slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1 };

const ROOTS = ['ColorCorrection', 'ColorCorrectionCollection', 'ColorDecisionList'];

/**
 * Reads the corrections of a .cc, .ccc or .cdl file in document order. The file's kind is told by its root element; the
 * namespace may be any of the ASC's, or absent, as tools of the field write it.
 * @throws PipelineError unreadable, with the line, when it is not such a file or a number is missing or out of range
 */
export function readCdlFile(text: string, name: string): ColorCorrection[] {
  const root = readXml(text, name);
  if (!ROOTS.includes(root.name)) {
    throw unreadable(
      name,
      root,
      `its root element is <${root.name}>, expected ${ROOTS.map((r) => `<${r}>`).join(' or ')}`,
    );
  }
  const corrections = root.name === 'ColorCorrection' ? [root] : findAll(root, 'ColorCorrection');
  return corrections.map((element) => ({
    id: element.attributes.id?.trim() || null,
    cdl: readCorrection(element, name),
    description: child(element, ['Description'])?.text.trim() ?? null,
  }));
}

/**
 * The SOP and saturation below an element, by either of their two names each.
 * Source: ASC CDL schema v1.01: ASC_SOP and ASC_SAT are in the substitution groups of SOPNode and SatNode.
 * @throws PipelineError unreadable, with the line
 */
export function readCorrection(element: XmlElement, name: string): Cdl {
  const sop = child(element, ['SOPNode', 'ASC_SOP']);
  const sat = child(element, ['SatNode', 'SATNode', 'ASC_SAT']);
  const saturation = sat ? numbers(sat, 'Saturation', 1, name)[0]! : NO_CORRECTION.saturation;
  if (sat && saturation < 0)
    throw unreadable(name, sat, `the saturation is ${saturation}, expected 0 or more`);
  if (!sop) return { ...NO_CORRECTION, saturation };
  const [slope, offset, power] = ['Slope', 'Offset', 'Power'].map(
    (part) => numbers(sop, part, 3, name) as Cdl['slope'],
  );
  const badSlope = slope!.find((value) => value < 0);
  const badPower = power!.find((value) => value <= 0);
  if (badSlope !== undefined) throw unreadable(name, sop, `a slope is ${badSlope}, expected 0 or more`);
  if (badPower !== undefined) throw unreadable(name, sop, `a power is ${badPower}, expected more than 0`);
  return { slope: slope!, offset: offset!, power: power!, saturation };
}

/**
 * The correction of that id.
 * @throws PipelineError not-found, with the ids there are; input-invalid when two corrections bear it
 */
export function findCorrection(corrections: ColorCorrection[], id: string, name: string): ColorCorrection {
  const found = corrections.filter((correction) => correction.id === id);
  if (found.length === 1) return found[0]!;
  const ids = corrections.map((correction) => correction.id);
  if (found.length === 0) {
    throw new PipelineError('not-found', `${name} has no colour correction "${id}".`, {
      name,
      id,
      ids: ids.slice(0, 100),
    });
  }
  throw new PipelineError(
    'input-invalid',
    `${name} has ${found.length} colour corrections "${id}"; ids must be unique.`,
    { name, id },
  );
}

function child(element: XmlElement, names: string[]): XmlElement | null {
  return element.children.find((candidate) => names.includes(candidate.name)) ?? null;
}

function numbers(element: XmlElement, part: string, count: number, name: string): number[] {
  const found = childOf(element, element.uri, part) ?? child(element, [part]);
  if (!found) throw unreadable(name, element, `<${element.name}> has no <${part}>`);
  const words = found.text.trim().split(/\s+/);
  const values = words.map((word) =>
    /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(word) ? Number(word) : Number.NaN,
  );
  if (values.length === count && values.every(Number.isFinite)) return values;
  throw unreadable(
    name,
    found,
    `<${part}> is "${found.text.trim()}", expected ${count === 1 ? 'a number' : `${count} numbers`}`,
  );
}

function findAll(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((one) => (one.name === name ? [one] : findAll(one, name)));
}

function unreadable(name: string, at: XmlElement, why: string): PipelineError {
  return new PipelineError('unreadable', `${name}, line ${at.line}: ${why}.`, { name, line: at.line, why });
}
