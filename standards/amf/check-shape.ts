import { childOf, childrenOf, type XmlElement } from '../xml/element-tree.ts';
import type { AmfVersion } from './amf.ts';
import type { ProblemList } from './amf-problem.ts';

/** Element order of the schema by parent; `*` may repeat. Source: acesMetadataFile.xsd v1.0 and v2.0. */
const ORDER: Record<string, readonly string[]> = {
  acesMetadataFile: ['amfInfo', 'clipId', 'pipeline', 'archivedPipeline*'],
  amfInfo: ['description', 'author*', 'dateTime', 'uuid'],
  pipelineInfo: ['description', 'author*', 'dateTime', 'uuid', 'systemVersion'],
  pipeline: ['pipelineInfo', 'inputTransform', 'lookTransform*', 'outputTransform'],
  clipId: ['clipName', 'sequence', 'file', 'uuid'],
};

/** Elements whose place among their siblings is free: the working location lies between the looks. */
const FREE = new Set(['workingLocation']);

const UUID = /^urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const DATE_TIME = /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** Reports what departs from the schema around the transforms: order, unknown and missing elements, forms of uuids and dates. */
export function checkShape(root: XmlElement, version: AmfVersion, problems: ProblemList): void {
  checkChildren(root, ORDER.acesMetadataFile!, problems);
  const info = childOf(root, root.uri, 'amfInfo');
  if (info) checkInfo(info, ORDER.amfInfo!, version, problems);
  else problems.add('document-invalid', root, '<amfInfo> is missing.');
  const clipId = childOf(root, root.uri, 'clipId');
  if (clipId) checkChildren(clipId, ORDER.clipId!, problems);
  for (const pipeline of root.children.filter((child) => /^(pipeline|archivedPipeline)$/.test(child.name))) {
    checkPipeline(pipeline, version, problems);
  }
}

function checkPipeline(pipeline: XmlElement, version: AmfVersion, problems: ProblemList): void {
  checkChildren(pipeline, ORDER.pipeline!, problems);
  const info = childOf(pipeline, pipeline.uri, 'pipelineInfo');
  if (info) checkInfo(info, ORDER.pipelineInfo!, version, problems);
  else problems.add('document-invalid', pipeline, '<pipelineInfo> is missing.');
  if (version === '1.0' && !childOf(pipeline, pipeline.uri, 'outputTransform')) {
    problems.add('document-invalid', pipeline, 'AMF 1.0 asks for an <outputTransform>; there is none.');
  }
}

function checkInfo(
  info: XmlElement,
  order: readonly string[],
  version: AmfVersion,
  problems: ProblemList,
): void {
  checkChildren(info, order, problems);
  const uuid = childOf(info, info.uri, 'uuid');
  if (!uuid && version === '2.0')
    problems.add('document-invalid', info, `<${info.name}> has no <uuid>, which AMF 2.0 asks for.`);
  if (uuid && !UUID.test(uuid.text.trim()))
    problems.add('document-invalid', uuid, `"${uuid.text.trim()}" is no urn:uuid:.`);
  for (const author of childrenOf(info, info.uri, 'author')) checkAuthor(author, version, problems);
  const dates = childOf(info, info.uri, 'dateTime');
  if (dates?.children.length !== 2)
    problems.add('document-invalid', info, `<${info.name}> has no <dateTime> of creation and modification.`);
  for (const date of dates?.children ?? []) {
    if (!DATE_TIME.test(date.text.trim()))
      problems.add('document-invalid', date, `"${date.text.trim()}" is no xs:dateTime.`);
  }
}

/** Source: acesMetadataFile.xsd, emailAddressType, which v1.0 has stricter. */
const EMAIL: Record<AmfVersion, RegExp> = { '1.0': /^[^@]+@[^.]+\..+$/s, '2.0': /^[^@]+@[^@]+$/s };

function checkAuthor(author: XmlElement, version: AmfVersion, problems: ProblemList): void {
  const [name, email] = author.children;
  if (author.children.length === 2 && name?.name === 'name' && email?.name === 'emailAddress') {
    if (EMAIL[version].test(email.text)) return;
    problems.add(
      'document-invalid',
      email,
      `"${email.text}" is no e-mail address of the form that AMF ${version} asks for.`,
    );
    return;
  }
  problems.add('document-invalid', author, '<author> must have <name> and <emailAddress>, in this order.');
}

function checkChildren(parent: XmlElement, order: readonly string[], problems: ProblemList): void {
  const names = order.map((name) => name.replace('*', ''));
  let last = 0;
  for (const child of parent.children) {
    if (child.uri !== parent.uri || FREE.has(child.name)) continue;
    const place = names.indexOf(child.name);
    if (place === -1) {
      problems.add(
        'document-invalid',
        child,
        `<${parent.name}> has <${child.name}>, which the schema does not know.`,
      );
    } else if (place < last) {
      problems.add(
        'document-invalid',
        child,
        `<${child.name}> comes after <${names[last]}>; the schema asks for the other order.`,
      );
    }
    last = Math.max(last, place);
  }
  for (const name of order.filter((candidate) => !candidate.endsWith('*'))) {
    const count = childrenOf(parent, parent.uri, name).length;
    if (count > 1)
      problems.doubt(parent, `<${parent.name}> has ${count} <${name}> elements, at most 1 is allowed.`);
  }
}
