import type { Cdl } from '../../schemas/cut-list.ts';
import { CDL_NAMESPACE } from '../cdl/write-cdl.ts';
import { childOf, childrenOf, type XmlElement } from '../xml/element-tree.ts';
import type { Amf, AmfVersion } from './amf.ts';
import { makeElement, withAttributes, writeTree } from './tree-edit.ts';

/** The sequence that a delivered AMF speaks of. */
export type DeliveredClip = { clipName: string; pattern: string; min: number; max: number };

/** What was done to the pixels, and what is new in the AMF that tells of it. */
export type AmfDelivery = {
  clip: DeliveredClip;
  description: string;
  /** Instant of both dates, ISO 8601. */
  at: string;
  /** `urn:uuid:` of the AMF and of its pipeline: never those of the source. */
  uuids: { amf: string; pipeline: string };
  /** Indices of `pipeline.transforms` that are in the pixels now. */
  baked: readonly number[];
  /** Id of an input transform that was applied and that the source does not name, or null. */
  inputId: string | null;
  /** That one is not in the pixels and remains to be done. @default applied */
  inputPending?: boolean;
  /** A CDL that came beside the AMF, to be carried as a look that is not applied, or null. */
  cdl: Cdl | null;
  /** Where that CDL is from, for people. @default the cut list */
  cdlSource?: string | undefined;
  /** Of a new AMF: whether it names the output to look through. @default true */
  hasOutput?: boolean;
};

/** Working space of a carried CDL, by AMF version. Source: acesMetadataFile.xsd, which ids each version allows. */
const ACESCCT: Record<AmfVersion, { to: string; from: string }> = {
  '1.0': {
    to: 'urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACES_to_ACEScct.a1.0.3',
    from: 'urn:ampas:aces:transformId:v1.5:ACEScsc.Academy.ACEScct_to_ACES.a1.0.3',
  },
  '2.0': {
    to: 'urn:ampas:aces:transformId:v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1',
    from: 'urn:ampas:aces:transformId:v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1',
  },
};

/** What people look through when nobody chose: Rec.709 at 100 nits. Source: Netflix partner help 48547314676115, rule of defaults. */
const DEFAULT_OUTPUT =
  'urn:ampas:aces:transformId:v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1';

/**
 * The AMF to go with a delivered sequence: `applied` on exactly what was baked, all else as it was, the pipeline that came
 * kept as the newest archived one. The version stays that of the source.
 */
export function deliverAmf(source: Amf, delivery: AmfDelivery): string {
  const { root, version } = source;
  const uri = root.uri;
  const pipeline = childOf(root, uri, 'pipeline')!;
  const archived = { ...pipeline, name: 'archivedPipeline' };
  return writeTree({
    ...root,
    attributes: { version },
    children: [
      newInfo(
        uri,
        'amfInfo',
        childOf(root, uri, 'amfInfo'),
        delivery,
        delivery.uuids.amf,
        delivery.description,
      ),
      clipId(uri, delivery.clip),
      newPipeline(source, pipeline, delivery),
      ...childrenOf(root, uri, 'archivedPipeline'),
      archived,
    ],
  });
}

/** The AMF of a sequence for which nobody sent one: the camera's input transform applied, the default output to look through. */
export function newAmf(delivery: Omit<AmfDelivery, 'baked'>): string {
  const uri = 'urn:ampas:aces:amf:v2.0';
  const info = newInfo(uri, 'pipelineInfo', null, delivery, delivery.uuids.pipeline, null);
  const version = [
    ['majorVersion', '2'],
    ['minorVersion', '0'],
    ['patchVersion', '0'],
  ] as const;
  const pipeline = makeElement(uri, 'pipeline', [
    {
      ...info,
      children: [
        ...info.children,
        makeElement(
          uri,
          'systemVersion',
          version.map(([name, value]) => makeElement(uri, name, value)),
        ),
      ],
    },
    ...inputTransform(uri, delivery),
    ...(delivery.cdl === null ? [] : [cdlLook(uri, '2.0', delivery.cdl, delivery.cdlSource)]),
    ...(delivery.hasOutput === false ? [] : [byId(uri, 'outputTransform', DEFAULT_OUTPUT, 'false')]),
  ]);
  return writeTree(
    makeElement(
      uri,
      'acesMetadataFile',
      [
        newInfo(uri, 'amfInfo', null, delivery, delivery.uuids.amf, delivery.description),
        clipId(uri, delivery.clip),
        pipeline,
      ],
      { version: '2.0' },
    ),
  );
}

function newPipeline(source: Amf, pipeline: XmlElement, delivery: AmfDelivery): XmlElement {
  const uri = pipeline.uri;
  const baked = new Set(delivery.baked.map((index) => source.pipeline.transforms[index]!.childIndex));
  const info = childOf(pipeline, uri, 'pipelineInfo');
  const description = info ? (childOf(info, uri, 'description')?.text ?? null) : null;
  const made = newInfo(uri, 'pipelineInfo', info, delivery, delivery.uuids.pipeline, description);
  const systemVersion = info ? childrenOf(info, uri, 'systemVersion') : [];
  const rest = pipeline.children
    .map((child, index) => (baked.has(index) ? withAttributes(child, { applied: 'true' }) : child))
    .filter(
      (child) =>
        child.name !== 'pipelineInfo' && !(delivery.inputId !== null && child.name === 'inputTransform'),
    );
  const input = inputTransform(uri, delivery);
  const children = [{ ...made, children: [...made.children, ...systemVersion] }, ...input, ...rest];
  return {
    ...pipeline,
    children:
      delivery.cdl === null
        ? children
        : withLook(children, cdlLook(uri, source.version, delivery.cdl, delivery.cdlSource)),
  };
}

/** The shot's look stands where creative work begins: right after the working location, else before the first look. */
function withLook(children: XmlElement[], look: XmlElement): XmlElement[] {
  const location = children.findIndex((child) => child.name === 'workingLocation');
  const first = children.findIndex((child) => ['lookTransform', 'outputTransform'].includes(child.name));
  const at = location !== -1 ? location + 1 : first === -1 ? children.length : first;
  return [...children.slice(0, at), look, ...children.slice(at)];
}

function newInfo(
  uri: string,
  name: string,
  source: XmlElement | null,
  { at }: Pick<AmfDelivery, 'at'>,
  uuid: string,
  description: string | null,
): XmlElement {
  const instant = at.replace(/\.\d+Z$/, 'Z');
  const dates = ['creationDateTime', 'modificationDateTime'].map((date) => makeElement(uri, date, instant));
  return makeElement(uri, name, [
    ...(description === null ? [] : [makeElement(uri, 'description', description)]),
    ...(source ? childrenOf(source, uri, 'author') : []),
    makeElement(uri, 'dateTime', dates),
    makeElement(uri, 'uuid', uuid),
  ]);
}

function clipId(uri: string, { clipName, pattern, min, max }: DeliveredClip): XmlElement {
  const sequence = makeElement(uri, 'sequence', pattern, { idx: '#', min: String(min), max: String(max) });
  return makeElement(uri, 'clipId', [makeElement(uri, 'clipName', clipName), sequence]);
}

function inputTransform(
  uri: string,
  { inputId, inputPending = false }: Pick<AmfDelivery, 'inputId' | 'inputPending'>,
): XmlElement[] {
  return inputId === null ? [] : [byId(uri, 'inputTransform', inputId, String(!inputPending))];
}

function byId(uri: string, name: string, id: string, applied: string): XmlElement {
  return makeElement(uri, name, [makeElement(uri, 'transformId', id)], { applied });
}

function cdlLook(uri: string, version: AmfVersion, cdl: Cdl, sender = 'the cut list'): XmlElement {
  const { to, from } = ACESCCT[version];
  const space = (name: string, id: string) => makeElement(uri, name, [makeElement(uri, 'transformId', id)]);
  const numbers = (name: string, values: readonly number[]) =>
    makeElement(CDL_NAMESPACE, name, values.map(String).join(' '));
  return makeElement(
    uri,
    'lookTransform',
    [
      makeElement(uri, 'description', `CDL of ${sender}`),
      makeElement(uri, 'cdlWorkingSpace', [
        space('toCdlWorkingSpace', to),
        space('fromCdlWorkingSpace', from),
      ]),
      makeElement(CDL_NAMESPACE, 'SOPNode', [
        numbers('Slope', cdl.slope),
        numbers('Offset', cdl.offset),
        numbers('Power', cdl.power),
      ]),
      makeElement(CDL_NAMESPACE, 'SatNode', [numbers('Saturation', [cdl.saturation])]),
    ],
    { applied: 'false' },
  );
}
