type Parts = {
  version?: '1.0' | '2.0';
  /** Elements of the pipeline after its info, as XML with the prefix `aces`. */
  pipeline?: string;
  clipId?: string;
  systemVersion?: [number, number, number];
  archived?: string;
};

const PREFIX = 'urn:ampas:aces:transformId:';

/** An ACES Metadata File with the pipeline given. */
export function makeAmf({
  version = '2.0',
  pipeline = '',
  clipId = '',
  systemVersion = [2, 0, 0],
  archived = '',
}: Parts): string {
  const [major, minor, patch] = systemVersion;
  const dates =
    '<aces:dateTime><aces:creationDateTime>2026-01-15T18:00:00Z</aces:creationDateTime><aces:modificationDateTime>2026-01-15T18:00:00Z</aces:modificationDateTime></aces:dateTime>';
  return `<?xml version="1.0" encoding="UTF-8"?>
<aces:acesMetadataFile xmlns:aces="urn:ampas:aces:amf:v${version}" xmlns:cdl="urn:ASC:CDL:v1.01" version="${version}">
<aces:amfInfo>${dates}<aces:uuid>urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f0001</aces:uuid></aces:amfInfo>
${clipId}
<aces:pipeline>
<aces:pipelineInfo>${dates}<aces:uuid>urn:uuid:6f1d1f0e-6f0a-4d55-9a55-0e4a7a1f0002</aces:uuid><aces:systemVersion><aces:majorVersion>${major}</aces:majorVersion><aces:minorVersion>${minor}</aces:minorVersion><aces:patchVersion>${patch}</aces:patchVersion></aces:systemVersion></aces:pipelineInfo>
${pipeline}
</aces:pipeline>
${archived}
</aces:acesMetadataFile>
`;
}

/** `<aces:inputTransform>` by the id after the urn's common part, e.g. `v2.0:CSC.Arri.LogC4_to_ACES.a2.v1`. */
export function inputById(id: string, applied: string | null = 'false'): string {
  return transform('inputTransform', applied, `<aces:transformId>${PREFIX}${id}</aces:transformId>`);
}

/** `<aces:lookTransform>` by id. */
export function lookById(id: string, applied: string | null = 'false'): string {
  return transform('lookTransform', applied, `<aces:transformId>${PREFIX}${id}</aces:transformId>`);
}

/** `<aces:outputTransform>` by id. */
export function outputById(id: string, applied: string | null = 'false'): string {
  return transform('outputTransform', applied, `<aces:transformId>${PREFIX}${id}</aces:transformId>`);
}

/** A look that is a file, with an optional hash element. */
export function lookByFile(file: string, hash = '', applied: string | null = 'false'): string {
  return transform('lookTransform', applied, `${hash}<aces:file>${file}</aces:file>`);
}

export const ACESCCT = {
  to: 'v2.0:CSC.Academy.ACES_to_ACEScct.a2.v1',
  from: 'v2.0:CSC.Academy.ACEScct_to_ACES.a2.v1',
};

/** A CDL look; `to` null leaves `toCdlWorkingSpace` out. */
export function cdlLook({
  applied = 'false' as string | null,
  to = ACESCCT.to as string | null,
  from = ACESCCT.from,
  nodes = cdlNodes(),
} = {}): string {
  const space = (name: string, id: string) =>
    `<aces:${name}><aces:transformId>${PREFIX}${id}</aces:transformId></aces:${name}>`;
  const working = `<aces:cdlWorkingSpace>${to === null ? '' : space('toCdlWorkingSpace', to)}${space('fromCdlWorkingSpace', from)}</aces:cdlWorkingSpace>`;
  return transform(
    'lookTransform',
    applied,
    `<aces:description>Shot CDL</aces:description>${working}${nodes}`,
  );
}

/** SOP and saturation under their first or second names. */
export function cdlNodes(
  { slope = '1.05 1.0 0.95', offset = '-0.01 0.0 0.01', power = '1.0 1.1 1.0', saturation = '0.9' } = {},
  [sop, sat]: [string, string] = ['SOPNode', 'SatNode'],
): string {
  return `<cdl:${sop}><cdl:Slope>${slope}</cdl:Slope><cdl:Offset>${offset}</cdl:Offset><cdl:Power>${power}</cdl:Power></cdl:${sop}><cdl:${sat}><cdl:Saturation>${saturation}</cdl:Saturation></cdl:${sat}>`;
}

export const LOGC4 = 'v2.0:CSC.Arri.LogC4_to_ACES.a2.v1';
export const RGC = 'v2.0:Look.Academy.ReferenceGamutCompress.a2.v1';
export const REC709 = 'v2.0:Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.a2.v1';

function transform(name: string, applied: string | null, content: string): string {
  return `<aces:${name}${applied === null ? '' : ` applied="${applied}"`}>${content}</aces:${name}>`;
}
