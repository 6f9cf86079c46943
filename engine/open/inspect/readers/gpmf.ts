import { ByteCursor, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** Camera settings in GoPro telemetry: of each four-letter item the numbers found, in order, over the payloads read. */
export type GpmfFacts = {
  /** Names of devices, as each calls itself: `HERO6 Black`, `Camera`, `GoPro Karma v1.0`. */
  devices: string[];
  payloads: number;
  items: Record<string, number[]>;
  damage: string | null;
};

/** Items that say how the picture was taken. Source: gpmf-parser README, "GPMF data stream". */
const KEPT = new Set(['ISOG', 'ISOE', 'SHUT', 'WBAL', 'WRGB']);
/** Numbers kept of one item: a settings stream has one for each frame. */
const MOST_NUMBERS = 4096;
const DEEPEST = 8;
/** A file of raw payloads; more than this is no telemetry. */
const LONGEST_RAW = 8 * 1024 * 1024;

/** GoPro telemetry as a file of its own. */
export const gpmfReader: FactReader = {
  tool: 'gopro-telemetry',
  version: '1',
  async read(source): Promise<GpmfFacts> {
    return readGpmf([await source.read(0, Math.min(source.sizeBytes, LONGEST_RAW))]);
  },
};

/** Reads payloads of GoPro telemetry. Source: gpmf-parser README, "GPMF structure": key, type, size, repeat, data to 4 bytes. */
export function readGpmf(payloads: readonly Uint8Array[]): GpmfFacts {
  const facts: GpmfFacts = { devices: [], payloads: payloads.length, items: {}, damage: null };
  for (const payload of payloads) {
    const cursor = new ByteCursor(payload);
    try {
      readItems(cursor, 0, cursor.length, facts, 0);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `a payload ends early: ${error.message}`;
    }
  }
  return facts;
}

function readItems(c: ByteCursor, start: number, end: number, facts: GpmfFacts, depth: number): void {
  for (let at = start; at + 8 <= end; ) {
    const [key, type] = [c.fourcc(at), String.fromCharCode(c.u8(at + 4))];
    const length = c.u8(at + 5) * c.u16(at + 6);
    const body = at + 8;
    if (key === '\0\0\0\0') return;
    if (type === '\0') {
      if (depth < DEEPEST) readItems(c, body, Math.min(end, body + length), facts, depth + 1);
    } else if (key === 'DVNM') addDevice(facts, c.text(body, length));
    else if (KEPT.has(key)) addNumbers(facts, key, numbers(c, type, body, length));
    at = body + Math.ceil(length / 4) * 4;
  }
}

function addDevice(facts: GpmfFacts, name: string): void {
  if (name !== '' && facts.devices.length < 8 && !facts.devices.includes(name)) facts.devices.push(name);
}

function addNumbers(facts: GpmfFacts, key: string, found: number[]): void {
  facts.items[key] ??= [];
  const known = facts.items[key];
  known.push(...found.slice(0, MOST_NUMBERS - known.length));
}

const NUMBERS: Record<string, [bytes: number, read: (c: ByteCursor, at: number) => number]> = {
  f: [4, (c, at) => c.f32(at)],
  S: [2, (c, at) => c.u16(at)],
  s: [2, (c, at) => c.i16(at)],
  L: [4, (c, at) => c.u32(at)],
  B: [1, (c, at) => c.u8(at)],
};

function numbers(c: ByteCursor, type: string, start: number, length: number): number[] {
  const kind = NUMBERS[type];
  if (!kind) return [];
  const [bytes, read] = kind;
  return Array.from({ length: Math.min(MOST_NUMBERS, Math.floor(length / bytes)) }, (_, i) =>
    read(c, start + i * bytes),
  );
}
