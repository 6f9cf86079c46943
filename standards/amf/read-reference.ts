import { childOf, childrenOf, type XmlElement } from '../xml/element-tree.ts';
import type { AmfReference, AmfTarget, CdlWorkingSpace } from './amf.ts';
import type { ProblemList } from './amf-problem.ts';
import { readHash } from './hash-value.ts';
import { checkId, type IdRole } from './id-form.ts';

const TARGETS = { transformId: 'id', file: 'file', uuid: 'uuid' } as const satisfies Record<
  string,
  AmfTarget['kind']
>;

/** Reads an element that names one transform by id, file or uuid; a problem and null when it names none or several. */
export function readReference(element: XmlElement, role: IdRole, problems: ProblemList): AmfReference | null {
  const targets = element.children.filter((child) => child.uri === element.uri && child.name in TARGETS);
  const [only] = targets;
  if (!only || targets.length > 1) {
    const found = targets.map((target) => `<${target.name}>`).join(', ') || 'none';
    problems.doubt(
      element,
      `<${element.name}> must have one of <transformId>, <file>, <uuid>, found ${found}.`,
    );
    return null;
  }
  const kind = TARGETS[only.name as keyof typeof TARGETS];
  const value = only.text.trim();
  if (value === '') {
    problems.doubt(only, `<${only.name}> is empty.`);
    return null;
  }
  if (kind === 'id') checkId(value, role, only, problems);
  return { target: { kind, value }, ...readAbout(element, problems), line: element.line };
}

/** Description and hash of a transform. A hash that cannot be read is a problem only where it is needed: for a file. */
export function readAbout(
  element: XmlElement,
  problems: ProblemList,
): Pick<AmfReference, 'description' | 'hash'> {
  const description = childOf(element, element.uri, 'description')?.text.trim() ?? null;
  const written = childOf(element, element.uri, 'hash');
  if (!written) return { description, hash: null };
  const hash = readHash(written.text, written.attributes.algorithm);
  if (typeof hash !== 'string') return { description, hash };
  const isOfFile = childrenOf(element, element.uri, 'file').length > 0;
  if (isOfFile) problems.doubt(written, `${hash}.`);
  else problems.add('document-irregular', written, `${hash}.`);
  return { description, hash: null };
}

/** Reads `cdlWorkingSpace`; a CDL without its `fromCdlWorkingSpace` cannot be applied. */
export function readWorkingSpace(look: XmlElement, problems: ProblemList): CdlWorkingSpace | null {
  const element = childOf(look, look.uri, 'cdlWorkingSpace');
  const from = element && childOf(element, element.uri, 'fromCdlWorkingSpace');
  if (!element || !from) {
    problems.doubt(
      element ?? look,
      'the CDL has no <fromCdlWorkingSpace>, so its working space is not known.',
    );
    return null;
  }
  const to = childOf(element, element.uri, 'toCdlWorkingSpace');
  const readFrom = readReference(from, 'working-space', problems);
  const readTo = to ? readReference(to, 'working-space', problems) : null;
  return readFrom && (!to || readTo) ? { to: readTo, from: readFrom } : null;
}
