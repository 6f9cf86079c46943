import { Buffer } from 'node:buffer';

/** What a file's first bytes say it is. `text` is any readable text; which sidecar it is, its reader finds out. */
export type ContentKind =
  | 'mov'
  | 'mxf'
  | 'braw'
  | 'r3d'
  | 'ari'
  | 'dpx'
  | 'cineon'
  | 'exr'
  | 'tiff'
  | 'crx'
  | 'mts'
  | 'mpeg'
  | 'avi'
  | 'matroska'
  | 'cine'
  | 'camera-raw'
  | 'mlv'
  | 'wav'
  | 'aiff'
  | 'jpeg'
  | 'png'
  | 'jpeg2000'
  | 'heif'
  | 'text'
  | 'gpmf'
  | 'mpls'
  | 'empty'
  | 'unknown';

/** Bytes that `sniff` needs from the start of a file. */
export const SNIFF_BYTES = 4096;

const MXF_PARTITION = Buffer.from('060e2b34020501010d01020101', 'hex');
/** A run-in may stand before the first partition. Source: SMPTE ST 377-1:2011 clause 6.5, at most 65535 bytes. */
const MXF_RUN_IN = 65536;

const MAGICS: [kind: ContentKind, offset: number, magic: string][] = [
  ['dpx', 0, 'SDPX'],
  ['dpx', 0, 'XPDS'],
  ['cineon', 0, '\x80\x2a\x5f\xd7'],
  ['cineon', 0, '\xd7\x5f\x2a\x80'],
  ['exr', 0, '\x76\x2f\x31\x01'],
  ['r3d', 4, 'RED1'],
  ['r3d', 4, 'RED2'],
  ['ari', 0, 'ARRI\x12\x34\x56\x78'],
  ['ari', 0, 'ARRI\x78\x56\x34\x12'],
  ['mlv', 0, 'MLVI'],
  ['cine', 0, 'CI,\x00'],
  // Fujifilm RAF, Olympus ORF, Minolta MRW, Sigma X3F: raw of stills cameras that is no TIFF. Source: LibRaw, identify.cpp.
  ['camera-raw', 0, 'FUJIFILMCCD-RAW '],
  ['camera-raw', 0, 'IIRO'],
  ['camera-raw', 0, 'IIRS'],
  ['camera-raw', 0, 'MMOR'],
  ['camera-raw', 0, '\x00MRM'],
  ['camera-raw', 0, 'FOVb'],
  ['tiff', 0, 'II*\x00'],
  ['tiff', 0, 'MM\x00*'],
  ['tiff', 0, 'II+\x00'],
  ['tiff', 0, 'MM\x00+'],
  ['tiff', 0, 'IIU\x00'],
  ['matroska', 0, '\x1a\x45\xdf\xa3'],
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['jpeg2000', 0, '\x00\x00\x00\x0cjP  '],
  ['jpeg2000', 0, '\xff\x4f\xff\x51'],
  ['mpeg', 0, '\x00\x00\x01\xba'],
  ['mpeg', 0, '\x00\x00\x01\xb3'],
  ['gpmf', 0, 'DEVC'],
  ['mpls', 0, 'MPLS'],
];

/** Atoms that a QuickTime file may begin with. Source: QuickTime File Format Specification, "Atoms". */
const FIRST_ATOMS = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'ftyp']);

/**
 * Names the content of a file by its first bytes, never by its name.
 * @param head the first `SNIFF_BYTES` of the file, or all of it
 */
export function sniff(head: Uint8Array): ContentKind {
  if (head.length === 0) return 'empty';
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const magic = MAGICS.find(([, offset, text]) =>
    bytes.subarray(offset, offset + text.length).equals(Buffer.from(text, 'latin1')),
  );
  if (magic) return magic[0];
  const runIn = bytes.subarray(0, MXF_RUN_IN).indexOf(MXF_PARTITION);
  if (runIn >= 0) return 'mxf';
  return (
    sniffRiff(bytes) ??
    sniffAtoms(bytes) ??
    sniffTransportStream(bytes) ??
    (isText(bytes) ? 'text' : 'unknown')
  );
}

function sniffRiff(bytes: Buffer): ContentKind | null {
  const form = bytes.toString('latin1', 8, 12);
  const outer = bytes.toString('latin1', 0, 4);
  if (outer === 'FORM') return form === 'AIFF' || form === 'AIFC' ? 'aiff' : null;
  if (outer === 'riff') return 'wav';
  if (!['RIFF', 'RF64', 'BW64', 'RIFX'].includes(outer)) return null;
  return form === 'WAVE' ? 'wav' : form === 'AVI ' ? 'avi' : null;
}

function sniffAtoms(bytes: Buffer): ContentKind | null {
  const type = bytes.toString('latin1', 4, 8);
  if (!FIRST_ATOMS.has(type)) return null;
  if (type !== 'ftyp') {
    // Blackmagic RAW has no ftyp: a `wide` before the media data, whose first sample begins with `bmdf`.
    return bytes.subarray(0, 64).includes('bmdf') ? 'braw' : 'mov';
  }
  const brand = bytes.toString('latin1', 8, 12);
  if (brand === 'crx ') return 'crx';
  return /^(heic|heix|mif1|msf1|hevc|avif)$/.test(brand) ? 'heif' : 'mov';
}

/** MPEG transport stream: the sync byte every 188 bytes, or every 192 behind a time stamp (AVCHD). */
function sniffTransportStream(bytes: Buffer): ContentKind | null {
  for (const [first, step] of [
    [0, 188],
    [4, 192],
  ] as const) {
    const places = Array.from({ length: 5 }, (_, i) => first + i * step).filter(
      (place) => place < bytes.length,
    );
    if (places.length >= 3 && places.every((place) => bytes[place] === 0x47)) return 'mts';
  }
  return null;
}

function isText(bytes: Buffer): boolean {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true;
  return !bytes.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}
