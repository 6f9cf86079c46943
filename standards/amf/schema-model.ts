import type { AmfVersion } from './amf.ts';

/** What an element may hold: its children as a pattern over their names, each ended by a blank, or its text. */
export type ElementModel = {
  /** Pattern over `name name `; CDL elements have the prefix `cdl:`. Absent: text only. */
  children?: RegExp;
  text?: RegExp;
  attributes?: Record<string, RegExp>;
};

const NAMED = '(uuid|file|transformId) ';
const ABOUT = '(description )?(hash )?';
const REFERENCE: ElementModel = { children: new RegExp(`^${ABOUT}${NAMED}$`) };
const BOOLEAN = /^\s*(true|false|1|0)\s*$/;
const DIGIT = /^\s*[+]?0*\d\s*$/;
const INSTANT = /^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?\s*$/;
const NUMBER = String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`;
const THREE = new RegExp(String.raw`^\s*${NUMBER}(\s+${NUMBER}){2}\s*$`);
const CDL_TEXT = '(cdl:Description )*';

/** Source: acesMetadataFile.xsd v1.0 and v2.0, ASC-CDL_schema_v1.01.xsd, st433b (UUIDType). */
function models(version: AmfVersion): Record<string, ElementModel> {
  const two = version === '2.0';
  const applied = { applied: BOOLEAN };
  const correction = two
    ? '(cdl:ColorCorrectionRef |cdl:ASC_CC_XML )file '
    : '(cdl:ColorCorrectionRef |cdl:ASC_CC_XML )';
  const numbers = '(cdl:SOPNode |cdl:ASC_SOP )(cdl:SatNode |cdl:ASC_SAT )';
  const info = `(description )?(author )*dateTime ${two ? 'uuid ' : '(uuid )?'}`;
  const looks = two
    ? '(workingLocation |lookTransform )*(outputTransform )?'
    : '(lookTransform )*outputTransform ';
  const pipeline: ElementModel = { children: new RegExp(`^pipelineInfo (inputTransform )?${looks}$`) };
  return {
    acesMetadataFile: {
      children: /^amfInfo (clipId )?pipeline (archivedPipeline )*$/,
      attributes: { version: two ? /^\s*2(\.0*)?\s*$/ : /^\s*1(\.0*)?\s*$/ },
    },
    amfInfo: { children: new RegExp(`^${info}$`) },
    pipelineInfo: { children: new RegExp(`^${info}systemVersion $`) },
    author: { children: /^name emailAddress $/ },
    emailAddress: { text: two ? /^[^@]+@[^@]+$/s : /^[^@]+@[^.]+\..+$/s },
    dateTime: { children: /^creationDateTime modificationDateTime $/ },
    creationDateTime: { text: INSTANT },
    modificationDateTime: { text: INSTANT },
    uuid: { text: /^\s*urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\s*$/ },
    systemVersion: { children: /^majorVersion minorVersion patchVersion $/ },
    majorVersion: { text: DIGIT },
    minorVersion: { text: DIGIT },
    patchVersion: { text: DIGIT },
    clipId: { children: /^clipName (sequence|file|uuid) $/ },
    sequence: { attributes: { idx: /^/, min: /^\s*[+]?\d+\s*$/, max: /^\s*[+]?\d+\s*$/ } },
    pipeline,
    archivedPipeline: pipeline,
    workingLocation: { children: /^$/ },
    inputTransform: {
      children: new RegExp(
        `^${ABOUT}(${NAMED}|inverseOutputTransform |inverseOutputDeviceTransform inverseReferenceRenderingTransform )$`,
      ),
      attributes: applied,
    },
    lookTransform: {
      children: new RegExp(`^${ABOUT}(${NAMED}|cdlWorkingSpace (${numbers}|${correction}))$`),
      attributes: applied,
    },
    outputTransform: {
      children: new RegExp(`^${ABOUT}(${NAMED}|referenceRenderingTransform outputDeviceTransform )$`),
      ...(two ? { attributes: applied } : {}),
    },
    cdlWorkingSpace: { children: /^(toCdlWorkingSpace )?fromCdlWorkingSpace $/ },
    hash: {
      attributes: {
        algorithm:
          /^\s*http:\/\/www\.w3\.org\/2001\/04\/(xmlenc#sha256|xmldsig-more#md5)\s*$|^\s*http:\/\/www\.w3\.org\/2000\/09\/xmldsig#sha1\s*$/,
      },
    },
    ...Object.fromEntries(
      [
        'inverseOutputTransform',
        'inverseOutputDeviceTransform',
        'inverseReferenceRenderingTransform',
        'referenceRenderingTransform',
        'outputDeviceTransform',
        'toCdlWorkingSpace',
        'fromCdlWorkingSpace',
      ].map((name) => [name, REFERENCE]),
    ),
    ...cdlModels(),
  };
}

function cdlModels(): Record<string, ElementModel> {
  const sop: ElementModel = { children: new RegExp(`^${CDL_TEXT}cdl:Slope cdl:Offset cdl:Power $`) };
  const sat: ElementModel = { children: new RegExp(`^${CDL_TEXT}cdl:Saturation $`) };
  const reference: ElementModel = {
    children: /^(cdl:Description )*(cdl:InputDescription )?(cdl:ViewingDescription )?$/,
    attributes: { ref: /^/ },
  };
  return {
    'cdl:SOPNode': sop,
    'cdl:ASC_SOP': sop,
    'cdl:SatNode': sat,
    'cdl:ASC_SAT': sat,
    'cdl:Slope': { text: THREE },
    'cdl:Offset': { text: THREE },
    'cdl:Power': { text: THREE },
    'cdl:Saturation': { text: new RegExp(String.raw`^\s*${NUMBER}\s*$`) },
    'cdl:ColorCorrectionRef': reference,
    'cdl:ASC_CC_XML': reference,
  };
}

/** The models of each version, by element name. */
export const ELEMENT_MODELS: Record<AmfVersion, Record<string, ElementModel>> = {
  '1.0': models('1.0'),
  '2.0': models('2.0'),
};
