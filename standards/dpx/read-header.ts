import { PipelineError } from '../../schemas/failure.ts';

/** The parts of a DPX header that tell whether a delivered frame is what it should be; null where not set. */
export type DpxHeader = {
  width: number;
  height: number;
  bits: number;
  transfer: number | null;
  /** Where the picture begins, and the bytes that file and header agree or disagree on. */
  imageOffset: number;
  fileBytes: number | null;
  /** `HH:MM:SS:FF`. */
  timecode: string | null;
  /** Frames per second, to the precision of a 32-bit float. */
  rate: number | null;
  /** The project field, where Rushes writes the reel. */
  reel: string | null;
  pixelAspect: { num: number; den: number } | null;
  frame: number | null;
};

type Bytes = { sizeBytes: number; read(offset: number, length: number): Promise<Uint8Array> };

const UNSET = 0xffffffff;

/**
 * Reads the header of a DPX frame. Source: SMPTE ST 268-1:2014, tables 1 to 6.
 * @param name for the message when it cannot be read
 * @throws PipelineError unreadable when it is not DPX or ends within its header
 */
export async function readDpxHeader(source: Bytes, name: string): Promise<DpxHeader> {
  const read = await source.read(0, 2048);
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const magic = bytes.subarray(0, 4).toString('latin1');
  if (magic !== 'SDPX' && magic !== 'XPDS')
    throw unreadable(name, 'its first bytes are not those of a DPX file');
  if (bytes.length < 2048) throw unreadable(name, 'it ends within its header');
  const isBig = magic === 'SDPX';
  const u32 = (at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const float = (at: number) => (isBig ? bytes.readFloatBE(at) : bytes.readFloatLE(at));
  const set = (at: number) => (u32(at) === UNSET ? null : u32(at));
  const rate = float(1940);
  const [num, den] = [set(1628), set(1632)];
  return {
    width: u32(772),
    height: u32(776),
    bits: bytes[803]!,
    transfer: bytes[801] === 0xff ? null : bytes[801]!,
    imageOffset: u32(4),
    fileBytes: set(16),
    timecode: timecodeOf(u32(1920)),
    rate: u32(1940) === UNSET || !Number.isFinite(rate) || rate <= 0 ? null : rate,
    reel: textAt(bytes, 260, 200),
    pixelAspect: num !== null && den !== null && num > 0 && den > 0 ? { num, den } : null,
    frame: set(1712),
  };
}

/** Says what keeps a frame from being a whole picture, or null: its bytes are those that its header counts. */
export function dpxDamage(header: DpxHeader, sizeBytes: number): string | null {
  const { fileBytes, bits, width, height, imageOffset } = header;
  const line = bits === 10 ? width * 4 : Math.ceil((width * 6) / 4) * 4;
  const least = imageOffset + line * height;
  if (fileBytes !== null && fileBytes !== sizeBytes)
    return `it has ${sizeBytes} bytes and its header says ${fileBytes}`;
  return sizeBytes < least ? `it has ${sizeBytes} bytes, its picture needs ${least}` : null;
}

function timecodeOf(word: number): string | null {
  if (word === UNSET) return null;
  const digits = word.toString(16).padStart(8, '0');
  return /^\d{8}$/.test(digits) ? digits.replaceAll(/(\d\d)(?=\d)/g, '$1:') : null;
}

function textAt(bytes: Buffer, at: number, length: number): string | null {
  if (bytes[at] === 0xff) return null;
  const text = bytes
    .subarray(at, at + length)
    .toString('latin1')
    .split('\0')[0]!
    .trim();
  return text === '' ? null : text;
}

function unreadable(name: string, why: string): PipelineError {
  return new PipelineError('unreadable', `${name} cannot be read as DPX: ${why}.`, { name, why });
}
