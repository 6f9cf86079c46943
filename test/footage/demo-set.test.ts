import { mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { makeDemoSet } from '../../footage/demo-set.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { scratchFolder } from './scratch.ts';

const dir = scratchFolder();
const make = (say?: (sentence: string) => void) =>
  makeDemoSet({
    cacheDir: dir(),
    tools: toolPaths(),
    size: { width: 256, height: 144 },
    frames: 24,
    ...(say ? { say } : {}),
  });

describe('the demo set', () => {
  it('has a cut list over its cards whose ranges lie in the clips', async () => {
    const { cards, cutList } = await make();
    const clips = cards.flatMap((card) => card.clips);
    expect(cutList.expected).toHaveLength(8);
    for (const event of cutList.expected) {
      const clip = clips.find((c) => c.clipName === event.clipName)!;
      expect(event.sourceFrames.first).toBeGreaterThanOrEqual(0);
      expect(event.sourceFrames.last + event.outgoingFrames).toBeLessThan(clip.frameCount);
    }
    expect(await readFile(cutList.path, 'utf8')).toMatch(/^TITLE: RUSHES DEMO\n/);
  });

  it('has two damaged cards, on which the reference tool finds just the one file, and five clean ones', async () => {
    const { cards } = await make();
    expect(cards.map((card) => card.roll)).toEqual([
      'A001R1AA',
      'B001R1BB',
      'C001CG',
      'D001',
      'E001R1EE',
      'A002R1AA',
      'B002R1BB',
    ]);
    for (const card of cards) {
      const { exitCode, stdout, stderrTail } = await runProgram({
        tool: 'ascmhl-debug',
        path: toolPath('ascmhl-debug'),
        args: ['verify', card.path],
        goodExitCodes: 'any',
      });
      const said = `${stdout.toString()}${stderrTail}`;
      if (card.damagedFile === null) expect([card.name, exitCode]).toEqual([card.name, 0]);
      else {
        expect(exitCode).not.toBe(0);
        expect(said).toContain(card.damagedFile);
        for (const other of card.files.filter(({ path }) => path !== card.damagedFile))
          expect(said).not.toContain(other.path);
      }
    }
  });

  it('is made once: the second run answers from the cache and leaves nothing half-made', async () => {
    const first = await make();
    const said: string[] = [];
    expect(await make((sentence) => said.push(sentence))).toEqual(first);
    expect(said).toEqual([]);
    expect((await readdir(dir())).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('may be made by two runs at once, and sweeps what a killed run left long ago', async () => {
    const cacheDir = join(dir(), 'twice');
    const options = {
      cacheDir,
      tools: toolPaths(),
      size: { width: 128, height: 72 },
      frames: 24,
      cards: ['prores', 'dpx'] as const,
    };
    await mkdir(join(cacheDir, 'old.part'), { recursive: true });
    await utimes(join(cacheDir, 'old.part'), 0, 0);
    const [a, b] = await Promise.all([makeDemoSet(options), makeDemoSet(options)]);
    expect(a).toEqual(b);
    expect(a.cards.map((card) => card.name)).toEqual(['prores', 'dpx']);
    expect(await readdir(cacheDir)).toHaveLength(1);
  });

  it('leaves nothing behind when a program is missing, and names it', async () => {
    const cacheDir = join(dir(), 'without');
    const { ascmhl: _, ...tools } = toolPaths();
    const attempt = makeDemoSet({
      cacheDir,
      tools,
      size: { width: 128, height: 72 },
      cards: ['prores', 'dpx'],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'tool-missing', facts: { tool: 'ascmhl' } });
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
