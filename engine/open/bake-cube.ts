import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JOB_SPACES, type JobConfig } from './color-config.ts';
import { keepResults } from './kept-results.ts';
import type { RenderRun } from './render-run.ts';

/** Edge of the cube: 65 gives a mean error of a quarter of a 10-bit code on log pictures, 33 more than twice that. */
const CUBE_EDGE = 65;

/** A cube is 8 MB of text and half a second of work; a worker makes the clips of one recipe one after the other. */
const cubes = keepResults<Buffer>(4);

/** Bakes the job's colour steps to a cube for FFmpeg; for proxies only, whose input is a log or display curve in 0..1. */
export async function bakeCube(run: RenderRun, config: JobConfig): Promise<string> {
  const path = join(run.scratch, 'job.cube');
  await writeFile(path, await cubes(run.tools, config.key, () => baked(run, config)));
  return path;
}

async function baked(run: RenderRun, config: JobConfig): Promise<Buffer> {
  const path = join(run.scratch, 'baked.cube');
  const spaces = ['--inputspace', JOB_SPACES.decoded, '--outputspace', JOB_SPACES.output];
  await run.run('ociobakelut', {
    args: [...spaces, '--format', 'iridas_cube', '--cubesize', String(CUBE_EDGE), path],
    env: { OCIO: config.path },
  });
  return readFile(path);
}
