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
  /** Why the file was never closed, in words. */
  unfinished: string | null;
  /** Which partition's metadata this is. */
  readFrom: 'header' | 'footer';
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
  unfinished: null,
  readFrom: 'header' as const,
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
    const { sets, bytes, readFrom, hasFooter } = await bestMetadata(source, header);
    const footerAt = header.offset + header.footerOffset;
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
        footerAt > source.sizeBytes ? { expectedBytes: footerAt, actualBytes: source.sizeBytes } : null,
      unfinished: header.isOpen && !hasFooter ? 'its header is open and no footer closes it' : null,
      readFrom,
      damage: sets.length === 0 ? 'there is no header metadata' : null,
    };
  },
};

type Metadata = { sets: MxfSet[]; bytes: Uint8Array; readFrom: 'header' | 'footer'; hasFooter: boolean };

/** A recorder leaves the header open until it closes the file; the footer then has the final word. */
async function bestMetadata(source: ByteSource, header: MxfPartition): Promise<Metadata> {
  const own = { ...(await readSets(source, header)), readFrom: 'header' as const };
  if (!header.isOpen && header.isComplete) return { ...own, hasFooter: header.footerOffset > 0 };
  // Offsets count from the first byte of the header partition, behind a run-in. Source: SMPTE ST 377-1:2011 clause 6.5.
  const offset =
    header.footerOffset > 0 ? header.offset + header.footerOffset : await lastPartitionOffset(source);
  const footer = offset === null || offset <= header.offset ? null : await readPartition(source, offset);
  const hasFooter = footer?.kind === 'footer';
  if (!footer || footer.headerBytes === 0) return { ...own, hasFooter };
  const late = await readSets(source, footer);
  return late.sets.length > 0 ? { ...late, readFrom: 'footer', hasFooter } : { ...own, hasFooter };
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
