import { PipelineError } from '../../schemas/failure.ts';
import { type ExrValue, readValue } from './attribute-value.ts';

/** Random access to a file's bytes: an open file, a range of an object, or a buffer. Reads past the end come back short. */
export type ByteSource = {
  sizeBytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** One header attribute as stored; `value` is null for a type that is not read here, `offset` is where its bytes begin. */
export type ExrAttribute = { type: string; sizeBytes: number; value: ExrValue | null; offset: number };

/** One picture of an OpenEXR file; most files have one. */
export type ExrPart = { attributes: Map<string, ExrAttribute> };

/** The header of an OpenEXR file; `attributes` are those of its first part. */
export type ExrHeader = ExrPart & {
  parts: readonly ExrPart[];
  isTiled: boolean;
  isDeep: boolean;
  isMultiPart: boolean;
  /** Offset of the first byte after all headers: where the chunk offset table starts. */
  headerEnd: number;
};

const MAGIC = 20000630;
const FLAG_TILED = 0x200;
const FLAG_DEEP = 0x800;
const FLAG_MULTI_PART = 0x1000;

/** Plate headers are small (some KiB); one that needs more than this is refused rather than read into memory. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024;
const FIRST_READ_BYTES = 16 * 1024;

/**
 * Reads the header of an OpenEXR file without reading its pixels.
 * Source: OpenEXR file layout, sections Magic Number, Version Field, Header.
 * @param name for the message when it cannot be read
 * @throws PipelineError unreadable when it is not OpenEXR or ends within its header
 */
export async function readExrHeader(source: ByteSource, name: string): Promise<ExrHeader> {
  for (let length = FIRST_READ_BYTES; ; length *= 4) {
    const bytes = await source.read(0, Math.min(length, source.sizeBytes));
    const header = parseHeader(bytes, name);
    if (header) return header;
    const isAll = bytes.length >= source.sizeBytes || bytes.length < Math.min(length, source.sizeBytes);
    if (isAll || length >= MAX_HEADER_BYTES) {
      throw unreadable(name, isAll ? 'it ends within its header' : 'its header is larger than 4 MiB');
    }
  }
}

/** Parses what was read so far; null when the header goes on beyond it. */
function parseHeader(bytes: Uint8Array, name: string): ExrHeader | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC)
    throw unreadable(name, 'its first bytes are not those of an OpenEXR file');
  const version = view.getUint32(4, true);
  if ((version & 0xff) !== 2) throw unreadable(name, `its format version is ${version & 0xff}, expected 2`);
  const isMultiPart = (version & FLAG_MULTI_PART) !== 0;
  const first = parseAttributes(bytes, view, 8);
  if (!first) return null;
  let end = first.end;
  const parts: ExrPart[] = [{ attributes: first.attributes }];
  // The headers of a multi-part file end with an empty one.
  while (isMultiPart && bytes[end] !== 0) {
    const next = end < bytes.length ? parseAttributes(bytes, view, end) : null;
    if (!next) return null;
    parts.push({ attributes: next.attributes });
    end = next.end;
  }
  return {
    attributes: first.attributes,
    parts,
    isTiled: (version & FLAG_TILED) !== 0,
    isDeep: (version & FLAG_DEEP) !== 0,
    isMultiPart,
    headerEnd: isMultiPart ? end + 1 : end,
  };
}

function parseAttributes(bytes: Uint8Array, view: DataView, start: number) {
  const attributes = new Map<string, ExrAttribute>();
  let at = start;
  for (;;) {
    const attribute = readString(bytes, at);
    if (!attribute) return null;
    if (attribute.text === '') return { attributes, end: attribute.end };
    const type = readString(bytes, attribute.end);
    if (!type || type.end + 4 > bytes.length) return null;
    const sizeBytes = view.getInt32(type.end, true);
    const from = type.end + 4;
    if (sizeBytes < 0 || from + sizeBytes > bytes.length) return null;
    const value = readValue(type.text, new DataView(bytes.buffer, bytes.byteOffset + from, sizeBytes));
    attributes.set(attribute.text, { type: type.text, sizeBytes, value, offset: from });
    at = from + sizeBytes;
  }
}

function readString(bytes: Uint8Array, start: number): { text: string; end: number } | null {
  const end = bytes.indexOf(0, start);
  return end === -1 ? null : { text: Buffer.from(bytes.subarray(start, end)).toString('utf8'), end: end + 1 };
}

function unreadable(name: string, why: string): PipelineError {
  return new PipelineError('unreadable', `${name} cannot be read as OpenEXR: ${why}.`, { name, why });
}
