import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { type MadeCard, makeCard } from '../../../footage/card.ts';
import type { CardKind } from '../../../footage/clip-spec.ts';
import { toolPath, toolPaths } from '../../support/tools.ts';

const engine = createOpenEngine({ tools: toolPaths() });
const signal = new AbortController().signal;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'range-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function card(kind: CardKind): Promise<MadeCard> {
  const size = { width: 256, height: 144 };
  return makeCard({ dir: folder, kind, clips: 1, frames: 3, size, seed: 5, tools: toolPaths(), seal: false });
}

it.each(['prores', 'mxf', 'dpx', 'cinemadng', 'exr'] as const)(
  'a frame of a %s clip is seen to be a picture',
  async (kind) => {
    const made = await card(kind);
    const clip = made.clips[0]!;
    const isMovie = clip.firstNumber === null;
    const location = join(made.path, clip.files[isMovie ? 0 : 1]!);
    const movie = isMovie ? { movie: { frame: 1, frameRate: clip.rate } } : {};
    const range = await engine.pictureRange!({ location, isExr: kind === 'exr', ...movie }, { signal });
    expect(range!.max - range!.min).toBeGreaterThan(0.1);
  },
);

it('a black OpenEXR file and a black movie are seen to be black', async () => {
  const exr = join(folder, 'black.exr');
  execFileSync(toolPath('oiiotool'), ['--create', '64x36', '3', '-d', 'half', '-o', exr]);
  expect(await engine.pictureRange!({ location: exr, isExr: true }, { signal })).toEqual({ min: 0, max: 0 });
  const mov = join(folder, 'black.mov');
  const input = ['-v', 'error', '-f', 'lavfi', '-i', 'color=black:s=64x36:r=24:d=0.2'];
  execFileSync(toolPath('ffmpeg'), [...input, '-c:v', 'prores_ks', mov]);
  const movie = { frame: 2, frameRate: { num: 24, den: 1 } };
  const range = await engine.pictureRange!({ location: mov, isExr: false, movie }, { signal });
  expect(range!.max - range!.min).toBeLessThan(0.01);
});

it('of a file that cannot be read nothing is said', async () => {
  expect(await engine.pictureRange!({ location: '/nowhere.dpx', isExr: false }, { signal })).toBeNull();
});
