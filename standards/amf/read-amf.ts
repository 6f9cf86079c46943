import type { Finding } from '../../schemas/finding.ts';
import { childOf, childrenOf, readXml, textOf, type XmlElement } from '../xml/element-tree.ts';
import {
  AMF_NAMESPACES,
  type Amf,
  type AmfClipId,
  type AmfPipeline,
  type AmfTransform,
  type AmfVersion,
} from './amf.ts';
import { type ProblemList, problemList } from './amf-problem.ts';
import { checkShape } from './check-shape.ts';
import { readTransform } from './read-transform.ts';

/** What was read: `amf` is null when it is not known what a part of it means, and a problem says which. */
export type AmfReading = { amf: Amf | null; problems: Finding[] };

/**
 * Reads an ACES Metadata File of version 1.0 or 2.0. What departs from the schema without doubt about its meaning is
 * reported and read; what leaves a doubt is reported, and then there is no AMF.
 * @param name of the document, for people
 * @throws PipelineError unreadable when it is no well-formed XML
 */
export function readAmf(text: string, name: string): AmfReading {
  const root = readXml(text, name);
  const problems = problemList(name);
  const version = versionOf(root, problems);
  const amf = version === null ? null : readRoot(root, version, problems);
  return { amf: problems.isDoubtful ? null : amf, problems: problems.findings };
}

function versionOf(root: XmlElement, problems: ProblemList): AmfVersion | null {
  const version = AMF_NAMESPACES[root.uri as keyof typeof AMF_NAMESPACES];
  if (root.name !== 'acesMetadataFile' || !version) {
    const known = Object.keys(AMF_NAMESPACES).join(' or ');
    problems.doubt(
      root,
      `the root is <${root.name}> in "${root.uri}", expected <acesMetadataFile> in ${known}.`,
    );
    return null;
  }
  return version;
}

function readRoot(root: XmlElement, version: AmfVersion, problems: ProblemList): Amf | null {
  checkShape(root, version, problems);
  const pipelines = childrenOf(root, root.uri, 'pipeline');
  const [pipeline] = pipelines;
  if (!pipeline || pipelines.length > 1) {
    problems.doubt(root, `there are ${pipelines.length} <pipeline> elements, expected 1.`);
    return null;
  }
  const info = childOf(root, root.uri, 'amfInfo');
  const archived = childrenOf(root, root.uri, 'archivedPipeline');
  return {
    version,
    uuid: info ? textOf(info, root.uri, 'uuid') : null,
    description: info ? textOf(info, root.uri, 'description') : null,
    clipId: readClipId(root),
    pipeline: readPipeline(pipeline, version, problems),
    archivedPipelines: archived.length,
    root,
  };
}

function readPipeline(element: XmlElement, version: AmfVersion, problems: ProblemList): AmfPipeline {
  const info = childOf(element, element.uri, 'pipelineInfo');
  const transforms: AmfTransform[] = [];
  let workingLocation: number | null = null;
  for (const [index, child] of element.children.entries()) {
    if (child.uri !== element.uri) continue;
    if (child.name === 'workingLocation') {
      if (version === '1.0') problems.add('document-invalid', child, 'AMF 1.0 knows no <workingLocation>.');
      if (workingLocation !== null)
        problems.doubt(
          child,
          'there is more than one <workingLocation>, so the hand-off point is not known.',
        );
      workingLocation = transforms.length;
    } else if (['inputTransform', 'lookTransform', 'outputTransform'].includes(child.name)) {
      const transform = readTransform(child, index, version, problems);
      if (transform?.role === 'input' && transforms.length > 0)
        problems.doubt(
          child,
          'the input transform stands after another one, so the order of the transforms is not known.',
        );
      if (transform) transforms.push(transform);
    }
  }
  return {
    systemVersion: readSystemVersion(info ?? element),
    transforms,
    workingLocation,
    uuid: info ? textOf(info, element.uri, 'uuid') : null,
    description: info ? textOf(info, element.uri, 'description') : null,
  };
}

function readSystemVersion(info: XmlElement): AmfPipeline['systemVersion'] {
  const element = childOf(info, info.uri, 'systemVersion');
  const [major, minor, patch] = ['majorVersion', 'minorVersion', 'patchVersion'].map((name) =>
    Number((element && textOf(element, info.uri, name)) || Number.NaN),
  ) as [number, number, number];
  return [major, minor, patch].every(Number.isInteger) ? { major, minor, patch } : null;
}

function readClipId(root: XmlElement): AmfClipId | null {
  const element = childOf(root, root.uri, 'clipId');
  if (!element) return null;
  const clipName = textOf(element, root.uri, 'clipName') ?? '';
  for (const kind of ['file', 'uuid'] as const) {
    const value = textOf(element, root.uri, kind);
    if (value) return { clipName, target: { kind, value } };
  }
  const sequence = childOf(element, root.uri, 'sequence');
  if (!sequence) return null;
  const { idx = '', min = '', max = '' } = sequence.attributes;
  return {
    clipName,
    target: { kind: 'sequence', value: sequence.text.trim(), idx, min: Number(min), max: Number(max) },
  };
}
