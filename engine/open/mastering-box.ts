import { open } from 'node:fs/promises';
import type { MasteringDisplay } from '../../schemas/segment-job.ts';
import type { LightLevels } from './light-levels.ts';

/** x and y of green, blue, red and white. Source: SMPTE RP 431-2 with a D65 white; ITU-R BT.2020 table 3, BT.709 table 1. */
const CHROMATICITIES: Readonly<Record<MasteringDisplay['primaries'], readonly number[]>> = {
  'P3-D65': [0.265, 0.69, 0.15, 0.06, 0.68, 0.32, 0.3127, 0.329],
  'BT.2020': [0.17, 0.797, 0.131, 0.046, 0.708, 0.292, 0.3127, 0.329],
  'BT.709': [0.3, 0.6, 0.15, 0.06, 0.64, 0.33, 0.3127, 0.329],
};
const CHROMATICITY_UNIT = 0.00002;
const LUMINANCE_UNIT = 0.0001;

/** Where the description of the picture lies. */
const PATH = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];
/** Bytes between the box header of a video sample entry and its first inner box. Source: QuickTime File Format, "Video Sample Description". */
const ENTRY_FIELDS = 78;

/**
 * Tells in a QuickTime movie the display that it was mastered for and how bright it is, which FFmpeg has no option for. The
 * movie header must stand behind the pictures, where it may grow without moving them.
 * Source: ISO/IEC 14496-12 clause 12.1.6, `mdcv` and `clli`.
 */
export async function addMasteringBox(
  path: string,
  mastering: MasteringDisplay,
  light: LightLevels | null,
): Promise<void> {
  const boxes = [masteringBox(mastering), ...(light === null ? [] : [lightBox(light)])];
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const at = await movieHeaderAt(file, size, path);
    const header = Buffer.alloc(size - at);
    await file.read(header, 0, header.length, at);
    await file.write(withBox(header, Buffer.concat(boxes), path), 0, undefined, at);
  } finally {
    await file.close();
  }
}

type OpenFile = Awaited<ReturnType<typeof open>>;

/** Offset of `moov`, which must be the last box of the file. */
async function movieHeaderAt(file: OpenFile, size: number, path: string): Promise<number> {
  const head = Buffer.alloc(16);
  for (let at = 0; at < size; ) {
    await file.read(head, 0, 16, at);
    const short = head.readUInt32BE(0);
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < 8) break;
    if (head.toString('latin1', 4, 8) === 'moov' && at + length === size) return at;
    at += length;
  }
  throw new Error(`${path} has no movie header at its end`);
}

/** The header with `box` at the end of the sample entry of its picture track, all lengths around it made longer. */
function withBox(header: Buffer, box: Buffer, path: string): Buffer {
  const track = boxesIn(header, 8, header.length).find(
    ({ type, start, end }) => type === 'trak' && header.subarray(start, end).includes('vmhd'),
  );
  const around: number[] = [0];
  let inside = track;
  for (const type of PATH.slice(2)) {
    if (!inside) break;
    around.push(inside.at);
    inside = boxesIn(header, inside.start, inside.end).find((each) => each.type === type);
  }
  // The description counts its entries before the first of them.
  const entry = inside && boxesIn(header, inside.start + 8, inside.end)[0];
  if (!inside || !entry || entry.end - entry.start < ENTRY_FIELDS)
    throw new Error(`${path} has no description of a picture`);
  around.push(inside.at, entry.at);
  const grown = Buffer.concat([header.subarray(0, entry.end), box, header.subarray(entry.end)]);
  for (const at of around) grown.writeUInt32BE(grown.readUInt32BE(at) + box.length, at);
  return grown;
}

function boxesIn(
  bytes: Buffer,
  from: number,
  to: number,
): { type: string; at: number; start: number; end: number }[] {
  const boxes = [];
  for (let at = from; at + 8 <= to; ) {
    const length = bytes.readUInt32BE(at);
    if (length < 8 || at + length > to) break;
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), at, start: at + 8, end: at + length });
    at += length;
  }
  return boxes;
}

function masteringBox({ primaries, maxNits, minNits }: MasteringDisplay): Buffer {
  const box = Buffer.alloc(32);
  box.writeUInt32BE(32, 0);
  box.write('mdcv', 4, 'latin1');
  for (const [index, value] of CHROMATICITIES[primaries].entries())
    box.writeUInt16BE(Math.round(value / CHROMATICITY_UNIT), 8 + index * 2);
  box.writeUInt32BE(Math.round(maxNits / LUMINANCE_UNIT), 24);
  box.writeUInt32BE(Math.round(minNits / LUMINANCE_UNIT), 28);
  return box;
}

function lightBox({ maxCll, maxFall }: LightLevels): Buffer {
  const box = Buffer.alloc(12);
  box.writeUInt32BE(12, 0);
  box.write('clli', 4, 'latin1');
  box.writeUInt16BE(maxCll, 8);
  box.writeUInt16BE(maxFall, 10);
  return box;
}
