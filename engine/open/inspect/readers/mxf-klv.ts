import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';

/** A local set of header metadata: its kind (14th byte of the key) and its items by local tag. */
export type MxfSet = { kind: number; uid: string; items: Map<number, Uint8Array> };

/** One partition's pack. Source: SMPTE ST 377-1:2011 table 6. */
export type MxfPartition = {
  offset: number;
  kind: 'header' | 'body' | 'footer';
  isOpen: boolean;
  isComplete: boolean;
  footerOffset: number;
  headerBytes: number;
  bodyStart: number;
  operationalPattern: string;
};

const PARTITION = '060e2b34020501010d010201010';
const SET = /^060e2b34025[13]01..0d01010101/;
const RANDOM_INDEX = '060e2b34020501010d01020101110100';
/** Camera files have a few hundred KiB of header metadata at most. */
const LONGEST_HEADER = 32 * 1024 * 1024;
const RUN_IN = 65536;
const MOST_SETS = 20_000;

/** Finds the header partition behind a run-in, if there is one. */
export async function headerPartition(source: ByteSource): Promise<MxfPartition | null> {
  const head = Buffer.from(await source.read(0, RUN_IN + 16));
  const offset = head.indexOf(Buffer.from('060e2b34020501010d01020101', 'hex'));
  return offset < 0 ? null : readPartition(source, offset);
}

/** Reads a partition pack; null when there is none at that place. */
export async function readPartition(source: ByteSource, offset: number): Promise<MxfPartition | null> {
  const klv = await readKlv(source, offset);
  if (!klv?.key.startsWith(PARTITION)) return null;
  const kind = ({ '02': 'header', '03': 'body', '04': 'footer' } as const)[klv.key.slice(26, 28)];
  if (!kind) return null;
  const c = new ByteCursor(await source.read(klv.valueOffset, Math.min(klv.length, 256)));
  if (c.length < 80) return null;
  const status = Number.parseInt(klv.key.slice(28, 30), 16);
  return {
    offset,
    kind,
    isOpen: status === 1 || status === 3,
    isComplete: status >= 3,
    footerOffset: c.u64(24),
    headerBytes: c.u64(32),
    bodyStart: klv.valueOffset + klv.length,
    operationalPattern: c.hex(64, 16),
  };
}

/** Where the last partition begins by the random index pack at the end of the file; null without one. Source: ST 377-1 clause 12. */
export async function lastPartitionOffset(source: ByteSource): Promise<number | null> {
  const tail = new ByteCursor(await source.read(source.sizeBytes - 4, 4));
  if (tail.length < 4) return null;
  const length = tail.u32(0);
  if (length < 32 || length > 1_000_000 || length > source.sizeBytes) return null;
  const c = new ByteCursor(await source.read(source.sizeBytes - length, length));
  return c.length >= 32 && c.hex(0, 16) === RANDOM_INDEX ? c.u64(length - 12) : null;
}

/** The local sets of a partition's header metadata. What is cut off or damaged is left out. */
export async function readSets(
  source: ByteSource,
  partition: MxfPartition,
): Promise<{ sets: MxfSet[]; bytes: Uint8Array }> {
  const bytes = await source.read(
    await behindFill(source, partition.bodyStart),
    Math.min(partition.headerBytes || LONGEST_HEADER / 32, LONGEST_HEADER),
  );
  const c = new ByteCursor(bytes);
  const sets: MxfSet[] = [];
  try {
    for (let at = 0; at + 17 <= c.length && sets.length < MOST_SETS; ) {
      const key = c.hex(at, 16);
      const { length, bytes: lengthBytes } = berLength(c, at + 16);
      const start = at + 16 + lengthBytes;
      if (SET.test(key)) sets.push(localSet(c, key, start, length));
      // Fill may stand between the pack and the first set; anything that is no KLV ends the metadata.
      if (!key.startsWith('060e2b34')) break;
      at = start + length;
    }
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return { sets, bytes };
}

/** The fill that aligns the first set is not counted in the pack's header length. Source: ST 377-1:2011 clause 7.1. */
async function behindFill(source: ByteSource, offset: number): Promise<number> {
  const klv = await readKlv(source, offset);
  return klv && /^060e2b34010101..0301021001/.test(klv.key) ? klv.valueOffset + klv.length : offset;
}

function localSet(c: ByteCursor, key: string, start: number, length: number): MxfSet {
  const items = new Map<number, Uint8Array>();
  for (let at = start; at + 4 <= start + length; ) {
    const [tag, size] = [c.u16(at), c.u16(at + 2)];
    items.set(tag, c.slice(at + 4, size));
    at += 4 + size;
  }
  const uid = items.get(0x3c0a);
  return {
    kind: Number.parseInt(key.slice(28, 30), 16),
    uid: uid ? Buffer.from(uid).toString('hex') : '',
    items,
  };
}

async function readKlv(
  source: ByteSource,
  offset: number,
): Promise<{ key: string; valueOffset: number; length: number } | null> {
  const c = new ByteCursor(await source.read(offset, 25));
  if (c.length < 17) return null;
  try {
    const { length, bytes } = berLength(c, 16);
    return { key: c.hex(0, 16), valueOffset: offset + 16 + bytes, length };
  } catch (error) {
    if (error instanceof EndOfBytes) return null;
    throw error;
  }
}

/** BER length, short or long form. Source: ISO/IEC 8825-1; ST 336. */
function berLength(c: ByteCursor, offset: number): { length: number; bytes: number } {
  const first = c.u8(offset);
  if (first < 0x80) return { length: first, bytes: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 8) throw new EndOfBytes(`a length of ${count} bytes at ${offset}`);
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + c.u8(offset + i);
  return { length, bytes: 1 + count };
}
