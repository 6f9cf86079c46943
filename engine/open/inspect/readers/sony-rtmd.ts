import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';

/** Sony's per-frame metadata over the samples read: of each known item its values in order. */
export type RtmdFacts = { samples: number; items: Record<RtmdItem, number[]>; serial: string | null };

/** Items of which a use is proven. */
export type RtmdItem = 'fStop' | 'exposureTime' | 'gain' | 'iso' | 'captureRate';

type Rule = { item: RtmdItem; bytes: number; read: (c: ByteCursor, at: number) => number };

/** Tags of the lens and camera sets. Source: SMPTE RDD 18 as ExifTool 13 reads it (Sony.pm, table rtmd). */
const ITEMS: Record<number, Rule> = {
  32768: { item: 'fStop', bytes: 2, read: (c, at) => 2 ** (8 - c.u16(at) / 8192) },
  33030: { item: 'captureRate', bytes: 8, read: (c, at) => c.u32(at) / c.u32(at + 4) },
  33033: { item: 'exposureTime', bytes: 8, read: (c, at) => c.u32(at) / c.u32(at + 4) },
  33034: { item: 'gain', bytes: 2, read: (c, at) => c.i16(at) / 100 },
  33035: { item: 'iso', bytes: 2, read: (c, at) => c.u16(at) },
};
const SERIAL = 0x8114;
/** A set begins with its universal label of sixteen bytes and its length. */
const LABEL = 0x060e;
const LABEL_BYTES = 16;
/** The length of a set in its long form, `83 00` and two bytes more; the tags of the set follow. */
const SET_LENGTH = 0x8300;

/** Reads samples of an `rtmd` track; what is damaged ends its sample. */
export function readRtmd(samples: readonly Uint8Array[]): RtmdFacts {
  const facts: RtmdFacts = {
    samples: samples.length,
    items: { fStop: [], exposureTime: [], gain: [], iso: [], captureRate: [] },
    serial: null,
  };
  for (const sample of samples) {
    try {
      readSample(new ByteCursor(sample), facts);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
    }
  }
  return facts;
}

function readSample(c: ByteCursor, facts: RtmdFacts): void {
  for (let at = c.u16(0); at + 4 < c.length; ) {
    const tag = c.u16(at);
    if (tag === 0) return;
    if (tag === LABEL) {
      at += LABEL_BYTES;
      continue;
    }
    const [length, body] = [c.u16(at + 2), at + 4];
    if (tag === SET_LENGTH) {
      at = body;
      continue;
    }
    const rule = ITEMS[tag];
    if (rule && length >= rule.bytes) {
      const value = rule.read(c, body);
      if (Number.isFinite(value)) facts.items[rule.item].push(value);
    }
    if (tag === SERIAL) facts.serial ??= c.text(body, length) || null;
    at = body + length;
  }
}
