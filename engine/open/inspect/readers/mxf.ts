import type { ByteSource } from '../../../../standards/exr/header.ts';
import { decodeText } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';
import { readXml, type XmlTree } from '../sidecars/xml-tree.ts';
import { type MxfPicture, type MxfSound, picturesOf, soundsOf, utf16 } from './mxf-descriptors.ts';
import { jsonSets } from './mxf-json.ts';
import {
  headerPartition,
  lastPartitionOffset,
  type MxfPartition,
  type MxfSet,
  readPartition,
  readSets,
} from './mxf-klv.ts';
import { type MxfPackage, readPackages } from './mxf-packages.ts';

/** What the header metadata of an MXF file says. */
export type MxfFacts = {
  operationalPattern: string | null;
  isOpen: boolean;
  isComplete: boolean;
  company: string | null;
  product: string | null;
  productVersion: string | null;
  packages: MxfPackage[];
  pictures: MxfPicture[];
  sounds: MxfSound[];
  /** Sony's non-real-time metadata, where it is in the file. */
  xml: XmlTree | null;
  /** ARRI's metadata sets by schema name. */
  json: Record<string, unknown>;
  truncated: { expectedBytes: number; actualBytes: number } | null;
  damage: string | null;
};

const EMPTY = {
  operationalPattern: null,
  isOpen: false,
  isComplete: false,
  company: null,
  product: null,
  productVersion: null,
  packages: [],
  pictures: [],
  sounds: [],
  xml: null,
  json: {},
  truncated: null,
};
/** Sony writes its XML behind the header or before the footer. */
const XML_SCAN_BYTES = 1024 * 1024;
/** ARRI's sets stand in the first frames. Source: shared reference inspection 3.3. */
const JSON_SCAN_BYTES = 16 * 1024 * 1024;

/** MXF header metadata: every package with its timecodes, so that the tape behind the file is found. Source: SMPTE ST 377-1:2011. */
export const mxfReader: FactReader = {
  tool: 'mxf-metadata',
  version: '1',
  async read(source): Promise<MxfFacts> {
    const header = await headerPartition(source);
    if (!header) return { ...EMPTY, damage: 'there is no header partition' };
    const { sets, bytes } = await bestMetadata(source, header);
    const identification = sets.findLast((s) => s.kind === 0x30);
    const text = (tag: number) => utf16(identification?.items.get(tag));
    const company = text(0x3c01);
    return {
      operationalPattern: header.operationalPattern,
      isOpen: header.isOpen,
      isComplete: header.isComplete,
      company,
      product: text(0x3c02),
      productVersion: text(0x3c04),
      packages: readPackages(sets),
      pictures: picturesOf(sets),
      sounds: soundsOf(sets),
      xml: await findXml(source, bytes),
      json: /arri/i.test(company ?? '') ? jsonSets(await source.read(0, JSON_SCAN_BYTES)) : {},
      truncated:
        header.footerOffset > source.sizeBytes
          ? { expectedBytes: header.footerOffset, actualBytes: source.sizeBytes }
          : null,
      damage: sets.length === 0 ? 'there is no header metadata' : null,
    };
  },
};

/** A recorder that was still writing leaves an open header; the footer then has the final word. */
async function bestMetadata(
  source: ByteSource,
  header: MxfPartition,
): Promise<{ sets: MxfSet[]; bytes: Uint8Array }> {
  const own = await readSets(source, header);
  if (!header.isOpen && header.isComplete) return own;
  const offset =
    header.footerOffset > header.offset ? header.footerOffset : await lastPartitionOffset(source);
  const footer = offset === null || offset <= header.offset ? null : await readPartition(source, offset);
  if (!footer || footer.headerBytes === 0) return own;
  const late = await readSets(source, footer);
  return late.sets.length > 0 ? late : own;
}

async function findXml(source: ByteSource, header: Uint8Array): Promise<XmlTree | null> {
  const places = [
    header,
    await source.read(0, XML_SCAN_BYTES),
    await source.read(Math.max(0, source.sizeBytes - XML_SCAN_BYTES), XML_SCAN_BYTES),
  ];
  for (const place of places) {
    const bytes = Buffer.from(place.buffer, place.byteOffset, place.byteLength);
    const start = bytes.indexOf('<NonRealTimeMeta');
    const end = start < 0 ? -1 : bytes.indexOf('</NonRealTimeMeta>', start);
    if (end > start) return readXml(decodeText(bytes.subarray(start, end + '</NonRealTimeMeta>'.length)));
  }
  return null;
}
