import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectPaths } from '../../../cli/inspect-paths.ts';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import { pictureHeader } from '../../../pipeline/delivery/picture-header.ts';
import { advanceKeycode, perforationsOf } from '../../../standards/time/keycode.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';
import { clipJob } from '../clip-job.ts';

const KEYCODE = {
  ...{ manufacturer: 2, filmType: 24, prefix: 123_456, count: 7890, perfOffset: 60 },
  ...{ perfsPerFrame: 4, perfsPerCount: 64 },
};

test('a keycode runs on by the perforations of a frame, into the next count and over the last', () => {
  const at = (frames: number) => {
    const { count, perfOffset } = advanceKeycode(KEYCODE, frames);
    return [count, perfOffset];
  };
  expect([at(0), at(1), at(17)]).toEqual([
    [7890, 60],
    [7891, 0],
    [7892, 0],
  ]);
  expect(advanceKeycode({ ...KEYCODE, count: 9999 }, 1).count).toBe(0);
});

test('a scanner tells perforations by the format, of 35 mm with four where it does not', () => {
  expect(perforationsOf('35mm 3-perf')).toEqual({ perfsPerFrame: 3, perfsPerCount: 64 });
  expect(perforationsOf('16 mm')).toEqual({ perfsPerFrame: 1, perfsPerCount: 20 });
  expect(perforationsOf('65mm 5 perf')).toEqual({ perfsPerFrame: 5, perfsPerCount: 120 });
  expect(perforationsOf(null)).toEqual({ perfsPerFrame: 4, perfsPerCount: 64 });
});

describe('scanned film', () => {
  const engine = createOpenEngine({ tools: toolPaths() });
  let folder = '';
  let card: MadeCard;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keycode-'));
    card = await makeCard({
      ...{ dir: folder, kind: 'dpx', clips: 1, frames: 3, size: { width: 64, height: 48 }, seed: 3 },
      ...{ tools: toolPaths(), seal: false },
    });
    const { files, frameCount } = card.clips[0]!;
    for (const [index, file] of files.slice(0, frameCount).entries()) {
      const { count, perfOffset } = advanceKeycode(KEYCODE, index);
      const digits = `0224${String(perfOffset).padStart(2, '0')}123456${String(count).padStart(4, '0')}`;
      const handle = await open(join(card.path, file), 'r+');
      await handle.write(`${digits}35mm 4perf`.padEnd(48, '\0'), 1664, 'latin1');
      await handle.close();
    }
  });
  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('has its edge code in the header of every plate frame, as OpenEXR reads it, and back', async () => {
    const { clips } = await inspectPaths([card.path], { tools: toolPaths(), scratch: folder });
    expect(clips[0]!.fields.keycode?.value).toEqual(KEYCODE);
    const header = pictureHeader({ clipId: 'c', clip: clips[0]!, objects: [], cameraFormat: null });
    const { job, sources } = clipJob(card, card.clips[0]!, {
      output: { kind: 'exr', compression: 'zip', container: 'openexr', header },
    });
    const told = [];
    let last = '';
    for (const route of ['reference', 'fast'] as const) {
      const workDir = await mkdtemp(join(folder, 'work-'));
      const options = { signal: new AbortController().signal, progress: () => {} };
      const { frames } = await engine.render({ ...job, route }, sources, workDir, options);
      for (const { file } of frames) {
        const shown = execFileSync(toolPath('exrinfo'), ['-v', file], { encoding: 'utf8' });
        told.push(/keyCode: keycode mfgc 2 film 24 prefix 123456 (.*) ppf 4 ppc 64/.exec(shown)?.[1]);
      }
      last = frames.at(-1)!.file;
    }
    const three = ['count 7890 perf_off 60', 'count 7891 perf_off 0', 'count 7891 perf_off 4'];
    expect(told).toEqual([...three, ...three]);
    const [plate] = (await inspectPaths([last], { tools: toolPaths(), scratch: folder })).clips;
    expect(plate!.fields.keycode?.value).toEqual(advanceKeycode(KEYCODE, 2));
  });
});
