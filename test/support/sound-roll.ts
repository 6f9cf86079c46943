import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealCard } from '../../footage/seal-card.ts';
import { footageFolder } from './footage.ts';
import { toolPaths } from './tools.ts';

/** Takes on the card. */
export const SOUND_FILES = 6;
/** Size of each take. */
export const SOUND_BYTES = 32 * 2 ** 20;

/**
 * A sound recorder's card: few files, large enough that a copy can be met in the middle.
 * @param takeBytes size of each take, for cases that meet nothing in the middle
 */
export async function makeSoundRoll(
  name = 'SR001',
  takeBytes = SOUND_BYTES,
): Promise<{ name: string; path: string }> {
  const path = join(footageFolder(), 'sound', '20240427', 'Sound_Media', name);
  mkdirSync(path, { recursive: true });
  for (let take = 1; take <= SOUND_FILES; take++) {
    writeFileSync(
      join(path, `${name}_T${String(take).padStart(3, '0')}.WAV`),
      wave(take + name.charCodeAt(name.length - 1) * 100, takeBytes),
    );
  }
  await sealCard(path, toolPaths());
  return { name, path };
}

/** 48 kHz, 24 bit, two channels. Source: RIFF WAVE, format chunk of PCM. */
function wave(seed: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  const samples = new Uint32Array(bytes.buffer, bytes.byteOffset + 44, (sizeBytes - 44) >> 2);
  let state = seed;
  for (let i = 0; i < samples.length; i++)
    samples[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(sizeBytes - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(48_000, 24);
  bytes.writeUInt32LE(48_000 * 6, 28);
  bytes.writeUInt16LE(6, 32);
  bytes.writeUInt16LE(24, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(sizeBytes - 44, 40);
  return bytes;
}

/** Bytes that a process has asked the system for so far, files and connections. Source: proc(5), io, rchar. */
export function bytesRead(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))![1]);
}
