import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { makeDemoSet } from '../../footage/demo-set.ts';
import { toolPaths } from '../support/tools.ts';
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

  it('is made once: the second run answers from the cache and leaves nothing half-made', async () => {
    const first = await make();
    const said: string[] = [];
    expect(await make((sentence) => said.push(sentence))).toEqual(first);
    expect(said).toEqual([]);
    expect((await readdir(dir())).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('may be made by two runs at once', async () => {
    const one = {
      cacheDir: `${dir()}/twice`,
      tools: toolPaths(),
      size: { width: 128, height: 72 },
      frames: 24,
    };
    const [a, b] = await Promise.all([makeDemoSet(one), makeDemoSet(one)]);
    expect(a).toEqual(b);
    expect(await readdir(one.cacheDir)).toHaveLength(1);
  });
});
