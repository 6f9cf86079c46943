import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { type CardOptions, makeCard } from '../../footage/card.ts';
import {
  addFile,
  flipBit,
  removeFrame,
  renameFile,
  tamperManifest,
  truncateFile,
} from '../../footage/damage.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { scratchFolder } from './scratch.ts';

const dir = scratchFolder();
const make = (folder: string, change: Partial<CardOptions> = {}) =>
  makeCard({
    dir: join(dir(), folder),
    kind: 'dpx',
    clips: 2,
    frames: 3,
    size: { width: 128, height: 72 },
    seed: 1,
    tools: toolPaths(),
    ...change,
  });

/** Exit code of the reference tool's check: 0 is clean. */
async function referenceVerdict(rollPath: string): Promise<number | null> {
  const args = ['verify', rollPath];
  return (
    await runProgram({ tool: 'ascmhl-debug', path: toolPath('ascmhl-debug'), args, goodExitCodes: 'any' })
  ).exitCode;
}

describe('a camera card', () => {
  it('stands in its shoot day under the name that the camera gave it', async () => {
    const card = await make('names', { seal: false });
    expect(card.path).toBe(join(dir(), 'names/20240426/Camera_Media/B001R1BB'));
    expect(card.clips.map((c) => [c.clipName, c.startTimecode])).toEqual([
      ['B001C001_240426_R1BB', '10:15:00:00'],
      ['B001C002_240426_R1BB', '10:15:30:03'],
    ]);
    expect(card.clips[0]!.files[2]).toBe('B001C001_240426_R1BB/B001C001_240426_R1BB.0885602.dpx');
    expect(card.files.map((f) => f.path)).toEqual(card.clips.flatMap((c) => c.files));
    for (const file of card.files)
      expect((await readFile(join(card.path, file.path))).length).toBe(file.sizeBytes);
  });

  it('has the same media in two runs', async () => {
    const [a, b] = [await make('one', { seal: false }), await make('two', { seal: false })];
    for (const { path } of a.files)
      expect((await readFile(join(a.path, path))).equals(await readFile(join(b.path, path)))).toBe(true);
  });

  it('carries the list that its camera leaves: ARRI an ALE, Sony MEDIAPRO.XML with an M01.XML beside each clip', async () => {
    const small = { clips: 2, frames: 3, size: { width: 256, height: 144 }, seal: false };
    const arri = await make('arri', { kind: 'prores', ...small });
    expect(arri.files.map((f) => f.path)).toEqual([
      'A001C001_240426_R1AA.mov',
      'A001C002_240426_R1AA.mov',
      'A001R1AA_AVID.ale',
    ]);
    expect(await readFile(join(arri.path, 'A001R1AA_AVID.ale'), 'utf8')).toMatch(
      /\nA001C002_240426_R1AA\tV\t10:15:30:03\t10:15:30:06\tA001R1AA\t/,
    );
    const sony = await make('sony', {
      kind: 'mxf',
      ...small,
      rate: { num: 30000, den: 1001 },
      startTimecode: '10:00:59;28',
    });
    expect(sony.files.map((f) => f.path)).toEqual([
      'XDROOT/Clip/C001C001_240426CG.MXF',
      'XDROOT/Clip/C001C001_240426CGM01.XML',
      'XDROOT/Clip/C001C002_240426CG.MXF',
      'XDROOT/Clip/C001C002_240426CGM01.XML',
      'XDROOT/MEDIAPRO.XML',
    ]);
    const sidecar = await readFile(join(sony.path, sony.clips[0]!.files[1]!), 'utf8');
    expect(sidecar).toMatch(/<LtcChange frameCount="0" value="68590010" status="increment"\/>/);
    expect(sidecar).toMatch(/<LtcChange frameCount="2" value="42000110" status="end"\/>/);
    const profile = await readFile(join(sony.path, 'XDROOT/MEDIAPRO.XML'), 'utf8');
    for (const clip of sony.clips) {
      expect(profile).toContain(`umid="${clip.umid}"`);
      expect(sidecar.includes(clip.umid!)).toBe(clip === sony.clips[0]);
    }
    expect(sony.clips[0]!.umid).not.toBe(sony.clips[1]!.umid);
  });

  it('is sealed by the reference tool, which then finds it clean', async () => {
    const card = await make('sealed');
    expect(await readdir(join(card.path, 'ascmhl'))).toContain('ascmhl_chain.xml');
    expect(await referenceVerdict(card.path)).toBe(0);
  });
});

describe('damage', () => {
  it('is found by the reference tool: a flipped bit, a lost frame, a cut end, a renamed and an added file, an altered manifest', async () => {
    const verdict = async (
      folder: string,
      hurt: (card: Awaited<ReturnType<typeof make>>) => Promise<unknown>,
    ) => {
      const card = await make(folder);
      await hurt(card);
      return referenceVerdict(card.path);
    };
    const media = (card: Awaited<ReturnType<typeof make>>) => join(card.path, card.files[1]!.path);
    expect(await verdict('flip', (card) => flipBit(media(card), -1000, 3))).toBe(11);
    expect(await verdict('lost', (card) => removeFrame(card.path, card.clips[0]!, 1))).not.toBe(0);
    expect(await verdict('cut', (card) => truncateFile(media(card), 0.5))).toBe(11);
    expect(await verdict('renamed', (card) => renameFile(media(card), 'other.dpx'))).not.toBe(0);
    expect(await verdict('added', (card) => addFile(card.path, 'note.txt'))).not.toBe(0);
    expect(await verdict('altered', (card) => tamperManifest(card.path))).not.toBe(0);
  });

  it('takes exactly the frame that was asked for', async () => {
    const card = await make('gap', { seal: false });
    const gone = await removeFrame(card.path, card.clips[1]!, 2);
    expect(existsSync(join(card.path, gone))).toBe(false);
    expect(gone).toMatch(/B001C002_240426_R1BB\.0886325\.dpx$/);
    await expect(flipBit(join(card.path, card.files[0]!.path), 1e9)).rejects.toThrow(/no byte/);
  });
});
