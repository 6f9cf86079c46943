import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NO_FILES } from '../../standards/amf/amf-files.ts';
import { readAmf } from '../../standards/amf/read-amf.ts';
import { resolvePipeline } from '../../standards/amf/resolve-pipeline.ts';
import { toolPath } from '../support/tools.ts';
import { carryOut, farthest, type Pixel } from './ocio-oracle.ts';

type Case = { version: string; amf: string; pixels: Pixel[]; expected: Record<string, Pixel[]> };

const POINTS = ['aces', 'working', 'display'] as const;
const CONFIG = join(import.meta.dirname, '../../engine/assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio');

it('80 random AMFs of both versions, ACES 1.3 and ACES 2, give at every point the light that OpenColorIO gives step by step', async () => {
  const script = join(import.meta.dirname, 'amf-pipelines.py');
  const printed = execFileSync(toolPath('python'), [script, CONFIG, '7', '80'], { maxBuffer: 64 * 2 ** 20 });
  const cases = JSON.parse(printed.toString('utf8')) as Case[];
  expect(new Set(cases.map(({ version }) => version))).toEqual(new Set(['1.0', '2.0']));
  const jobs = await Promise.all(cases.flatMap((one) => POINTS.map((point) => jobOf(one, point))));
  const got = await carryOut(jobs);
  for (const [i, { one, point }] of jobs.entries()) {
    const wanted = one.expected[point]!;
    // Where a rendering is steep, the last bit of its input is more than a last bit of the answer.
    expect(farthest(got[i]!, wanted, 0.02), `${point} ${one.amf}`).toBeLessThan(1e-3);
  }
});

async function jobOf(one: Case, point: (typeof POINTS)[number]) {
  const { amf } = readAmf(one.amf, 'random.amf');
  expect(amf, one.amf).not.toBeNull();
  const { operations } = await resolvePipeline(amf!, point, NO_FILES, 'random.amf');
  expect(operations, one.amf).not.toBeNull();
  return { one, point, pixels: one.pixels, steps: operations! };
}
