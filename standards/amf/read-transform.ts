import { PipelineError } from '../../schemas/failure.ts';
import { readCorrection } from '../cdl/read-cdl.ts';
import { childOf, type XmlElement } from '../xml/element-tree.ts';
import type { AmfForm, AmfTransform, AmfVersion } from './amf.ts';
import type { ProblemList } from './amf-problem.ts';
import { readReference, readWorkingSpace } from './read-reference.ts';

const CDL_NAMESPACE = /^urn:ASC:CDL:v/;

/** Which ids the members of a pair may bear, as PAIRS orders them. */
const PAIR_ROLES = { input: ['inverse-odt', 'inverse-rrt'], output: ['rrt', 'odt'] } as const;

/**
 * Pairs of ACES 1 transforms by the element that bears them, in the order in which they are applied. The inverse pair of an
 * input runs display to scene: first the inverse ODT, then the inverse RRT.
 */
const PAIRS = {
  input: ['inverseOutputDeviceTransform', 'inverseReferenceRenderingTransform'],
  output: ['referenceRenderingTransform', 'outputDeviceTransform'],
} as const;

/** Reads one transform of the pipeline; null, with a problem, when it cannot be told what it means. */
export function readTransform(
  element: XmlElement,
  childIndex: number,
  version: AmfVersion,
  problems: ProblemList,
): AmfTransform | null {
  const role = roleOf(element);
  const applied = readApplied(element, role, version, problems);
  const form = role === 'look' ? readLook(element, problems) : readInputOrOutput(element, role, problems);
  if (applied === null || form === null) return null;
  const description = childOf(element, element.uri, 'description')?.text.trim() ?? null;
  return { role, applied, description, form, childIndex, line: element.line };
}

function roleOf(element: XmlElement): AmfTransform['role'] {
  if (element.name === 'inputTransform') return 'input';
  return element.name === 'lookTransform' ? 'look' : 'output';
}

/** `xs:boolean`, blanks around it allowed. Source: AMF v1 gives the output no such attribute: it is never in the pixels. */
function readApplied(
  element: XmlElement,
  role: AmfTransform['role'],
  version: AmfVersion,
  problems: ProblemList,
): boolean | null {
  const written = element.attributes.applied;
  if (version === '1.0' && role === 'output' && written === undefined) return false;
  const value = written?.trim();
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  const what = written === undefined ? 'has no "applied"' : `has applied="${written}"`;
  problems.doubt(
    element,
    `<${element.name}> ${what}; without true or false it is not known whether it is in the pixels.`,
  );
  return null;
}

function readInputOrOutput(
  element: XmlElement,
  role: 'input' | 'output',
  problems: ProblemList,
): AmfForm | null {
  const [firstName, secondName] = PAIRS[role];
  const first = childOf(element, element.uri, firstName);
  const second = childOf(element, element.uri, secondName);
  const inverse = childOf(element, element.uri, 'inverseOutputTransform');
  if (first || second) {
    if (!first || !second) {
      problems.doubt(element, `<${element.name}> needs both <${firstName}> and <${secondName}>.`);
      return null;
    }
    const [firstRole, secondRole] = PAIR_ROLES[role];
    const readFirst = readReference(first, firstRole, problems);
    const readSecond = readReference(second, secondRole, problems);
    return readFirst && readSecond ? { kind: 'pair', first: readFirst, second: readSecond } : null;
  }
  const isInverse = role === 'input' && inverse !== null;
  const reference = isInverse
    ? readReference(inverse, 'inverse-output', problems)
    : readReference(element, role, problems);
  return reference ? { kind: 'reference', reference } : null;
}

function readLook(element: XmlElement, problems: ProblemList): AmfForm | null {
  const cdlNodes = element.children.filter((child) => CDL_NAMESPACE.test(child.uri));
  const correction = cdlNodes.find((child) => ['ColorCorrectionRef', 'ASC_CC_XML'].includes(child.name));
  const hasNumbers = cdlNodes.some((child) =>
    ['SOPNode', 'ASC_SOP', 'SatNode', 'ASC_SAT'].includes(child.name),
  );
  if (!correction && !hasNumbers && !childOf(element, element.uri, 'cdlWorkingSpace')) {
    const reference = readReference(element, 'look', problems);
    return reference ? { kind: 'reference', reference } : null;
  }
  const workingSpace = readWorkingSpace(element, problems);
  if (!workingSpace) return null;
  if (correction) return readCorrectionReference(element, correction, workingSpace, problems);
  if (!hasNumbers) {
    problems.doubt(element, 'the look has a CDL working space but no CDL.');
    return null;
  }
  try {
    return { kind: 'cdl', workingSpace, cdl: readCorrection(element, problems.name) };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    problems.doubt(element, String(error.facts.why ?? error.message));
    return null;
  }
}

function readCorrectionReference(
  element: XmlElement,
  correction: XmlElement,
  workingSpace: (AmfForm & { kind: 'cdl' })['workingSpace'],
  problems: ProblemList,
): AmfForm | null {
  const correctionId = correction.attributes.ref?.trim();
  if (!correctionId) {
    const text = correction.text.trim();
    const what =
      text === '' ? 'has no "ref"' : `holds the text "${text}" where it must have the attribute "ref"`;
    problems.doubt(correction, `<ColorCorrectionRef> ${what}.`);
    return null;
  }
  const file = childOf(element, element.uri, 'file');
  return { kind: 'cdl-reference', workingSpace, correctionId, file: file?.text.trim() || null };
}
