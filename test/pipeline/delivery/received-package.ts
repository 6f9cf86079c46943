import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { packageVerifyCommand } from '../../../cli/package-verify.ts';
import { composePackage } from '../../../pipeline/delivery/compose-package.ts';
import type { PackageInput } from '../../../pipeline/delivery/package.ts';
import { pixelKey } from '../../../pipeline/delivery/pixel-key.ts';
import { type DpxFields, dpxHeader } from '../../../standards/dpx/write-header.ts';
import { hashBytes } from '../../../standards/hash/hasher.ts';
import { hashThroughTree } from '../../../standards/mhl/examine-tree.ts';
import { recordTree } from '../../../standards/mhl/record-tree.ts';
import { advance, formatTimecode, parseTimecode } from '../../../standards/time/timecode.ts';
import { openLocalTree } from '../../../stores/local-tree.ts';
import { makeExr } from '../../standards/exr/make-exr.ts';
import { makeClipSource } from './clip-source-fixture.ts';
import { makePackageInput } from './packaged-plate-fixture.ts';

/** Folders of packages, removed after each test. */
export const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

type Change = {
  frame?: (index: number) => Uint8Array;
  input?: (input: PackageInput) => void;
  recipe?: 'vfx-plates' | 'dpx-log';
};

/** A whole package in a folder, as `package export` leaves it: small frames with true headers, documents, manifest, MHL. */
export async function makePackage({
  frame = trueFrame,
  input: change = () => {},
  recipe = 'vfx-plates',
}: Change = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  folders.push(folder);
  const input = makePackageInput({}, recipe);
  const [plate] = input.plates;
  plate!.source = makeClipSource({
    imageSize: { width: 16, height: 8 },
    frameRate: { num: 24000, den: 1001 },
  });
  const bytes = Array.from({ length: 32 }, (_, i) => frame(i));
  for (const [i, made] of plate!.made.sequences[0]!.frames.entries()) {
    Object.assign(made, { sizeBytes: bytes[i]!.length, xxh128: hashBytes('xxh128', bytes[i]!) });
  }
  for (const { job } of plate!.prepared.deliverables) {
    job.geometry = { ...job.geometry, crop: { x: 0, y: 0, width: 16, height: 8 } };
    job.clip.frameRate = { num: 24000, den: 1001 };
    if (job.output.kind === 'exr') job.output.compression = 'none';
  }
  change(input);
  keyAnew(input);
  const { manifest, documents } = composePackage(input);
  const frames = manifest.entries.filter((entry) => entry.role === 'frame');
  for (const [i, entry] of frames.entries()) write(folder, entry.path, bytes[i]!);
  for (const document of documents) write(folder, document.path, document.text);
  await seal(folder);
  return folder;
}

/** The jobs were changed after they were prepared: their keys follow, and with them the names of what they made. */
function keyAnew({ plates }: PackageInput): void {
  const { prepared, made } = plates[0]!;
  for (const one of prepared.deliverables.filter(({ kind }) => kind === 'sequence')) {
    const key = pixelKey(one.job, one.engine!.versions);
    for (const frame of made.sequences[0]!.frames) frame.key = frame.key.replace(one.contentKey, key);
    one.contentKey = key;
  }
}

/** Frame `index` of the plate, with a true header. */
export function trueFrame(index: number): Uint8Array {
  return makeExr({ width: 16, height: 8, frame: 20 + index });
}

/** The same as log DPX; `other` are header fields that differ. */
export function trueDpx(index: number, other: Partial<DpxFields> = {}): Uint8Array {
  const rate = { num: 24000, den: 1001 };
  const start = parseTimecode('10:00:00:00', rate);
  if (!start.ok) throw new Error(start.sentence);
  const header = dpxHeader({
    ...{
      width: 16,
      height: 8,
      bits: 10,
      transfer: 3,
      pixelAspect: { num: 1, den: 1 },
      rate,
      reel: 'A001R1AB',
    },
    timecode: formatTimecode(advance(start.timecode, 20 + index)),
    ...{ frame: 20 + index, frameCount: 100 },
    ...other,
  });
  return Buffer.concat([header, Buffer.alloc(16 * 8 * 4, index)]);
}

/** Makes the MHL of the folder anew, as a forger would too. */
export async function seal(folder: string): Promise<void> {
  rmSync(join(folder, 'ascmhl'), { recursive: true, force: true });
  const tree = openLocalTree(folder);
  const creator = {
    hostname: 'h',
    tool: { name: 'rushes', version: '0' },
    authors: [],
    location: null,
    comment: null,
  };
  await recordTree(tree, {
    hashFiles: hashThroughTree(tree),
    formats: ['xxh128'],
    startedAt: '2026-11-21T09:00:00Z',
    process: 'transfer',
    creator,
  });
}

/** Writes a file of the package. */
export function write(folder: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** `rushes package verify`: its exit code, its document, and the codes of its findings. */
export async function verify(folder: string, ...flags: string[]) {
  let text = '';
  const io = {
    stdout: (t: string) => {
      text += t;
    },
    stderr: () => {},
  };
  const exitCode = await packageVerifyCommand([folder, '--json', ...flags], io, () => {
    throw new Error('no frame was asked to be made again');
  });
  const document = JSON.parse(text);
  return { exitCode, document, codes: document.findings.map((f: { code: string }) => f.code) as string[] };
}

/** Where the frames of the plate lie, one of them, and its AMF. */
export const FRAMES = 'SHOT_010_PL01_v001/16x8';
export const FRAME = `${FRAMES}/SHOT_010_PL01_v001.1005.exr`;
export const AMF = 'SHOT_010_PL01_v001/SHOT_010_PL01_v001.amf';
