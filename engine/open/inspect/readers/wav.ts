import type { ByteSource } from '../../../../standards/exr/header.ts';
import { ByteCursor, decodeText, EndOfBytes } from '../byte-cursor.ts';
import type { FactReader } from '../fact-reader.ts';

/** A broadcast wave file: format, time reference, recorder's texts and iXML. */
export type WavFacts = {
  channels: number | null;
  sampleRate: number | null;
  bitDepth: number | null;
  dataBytes: number | null;
  frames: number | null;
  bext: {
    description: string;
    originator: string;
    originatorReference: string;
    date: string;
    time: string;
    timeReference: number;
    umid: string | null;
  } | null;
  ixml: string | null;
  truncated: { expectedBytes: number; actualBytes: number } | null;
  /** Why the file was never closed, in words: recorders set the length of the sound last. */
  unfinished: string | null;
  damage: string | null;
};

const MOST_CHUNKS = 256;
const LONGEST_TEXT = 1024 * 1024;
const SIZE_IN_DS64 = 0xffffffff;

/** RIFF, RF64 and BW64 wave files. Sources: EBU Tech 3285 (BWF), 3306 (RF64); iXML specification 3.0. */
export const wavReader: FactReader = {
  tool: 'wav-chunks',
  version: '1',
  async read(source): Promise<WavFacts> {
    const facts: WavFacts = {
      channels: null,
      sampleRate: null,
      bitDepth: null,
      dataBytes: null,
      frames: null,
      bext: null,
      ixml: null,
      truncated: null,
      unfinished: null,
      damage: null,
    };
    try {
      await readChunks(source, facts);
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      facts.damage = `a chunk ends early: ${error.message}`;
    }
    if (facts.dataBytes === null) facts.damage ??= 'there is no data chunk';
    const frameBytes = ((facts.channels ?? 0) * (facts.bitDepth ?? 0)) / 8;
    if (facts.dataBytes !== null && frameBytes > 0) facts.frames = Math.floor(facts.dataBytes / frameBytes);
    return facts;
  },
};

async function readChunks(source: ByteSource, facts: WavFacts): Promise<void> {
  let dataSize64: number | null = null;
  for (let offset = 12, n = 0; offset + 8 <= source.sizeBytes && n < MOST_CHUNKS; n++) {
    const head = new ByteCursor(await source.read(offset, 8), true);
    const id = head.fourcc(0);
    let size = head.u32(4);
    const body = async (most: number) =>
      new ByteCursor(await source.read(offset + 8, Math.min(size, most)), true);
    if (id === 'ds64') dataSize64 = (await body(28)).u64(8);
    if (id === 'data') {
      if (size === SIZE_IN_DS64 && dataSize64 !== null) size = dataSize64;
      if (await isOpenEnded(source, offset + 8, size)) {
        facts.unfinished = 'the length of its sound is not set';
        size = source.sizeBytes - offset - 8;
      }
      facts.dataBytes = Math.min(size, source.sizeBytes - offset - 8);
      if (offset + 8 + size > source.sizeBytes)
        facts.truncated = { expectedBytes: offset + 8 + size, actualBytes: source.sizeBytes };
    }
    if (id === 'fmt ') {
      const c = await body(40);
      Object.assign(facts, { channels: c.u16(2), sampleRate: c.u32(4), bitDepth: c.u16(14) });
    }
    if (id === 'bext') facts.bext = bext(await body(LONGEST_TEXT));
    if (id === 'iXML')
      facts.ixml = decodeText(
        (await body(LONGEST_TEXT)).slice(0, Math.min(size, LONGEST_TEXT, source.sizeBytes - offset - 8)),
      ).replace(/\0+$/, '');
    offset += 8 + size + (size % 2);
  }
}

/** Length 0 or "all ones" with sound behind it: the recorder has not come back to write it. */
async function isOpenEnded(source: ByteSource, start: number, size: number): Promise<boolean> {
  if (size === SIZE_IN_DS64) return true;
  if (size !== 0 || start + 8 > source.sizeBytes) return false;
  const next = new ByteCursor(await source.read(start, 4));
  return !/^[A-Za-z0-9_ ]{4}$/.test(next.fourcc(0));
}

function bext(c: ByteCursor): WavFacts['bext'] {
  const umid = c.length >= 412 ? c.hex(348, 32) : '';
  return {
    description: c.text(0, 256),
    originator: c.text(256, 32),
    originatorReference: c.text(288, 32),
    date: c.text(320, 10),
    time: c.text(330, 8),
    timeReference: c.u64(338),
    umid: /[1-9a-f]/.test(umid) ? umid : null,
  };
}
