import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOB_SPACES, writeJobConfig } from '../../engine/open/color-config.ts';
import type { ColorStep } from '../../schemas/segment-job.ts';
import { PINNED_CONFIG } from '../../standards/amf/pinned-config.ts';
import { toolPath } from '../support/tools.ts';

export type Pixel = [number, number, number];

/** Carries out steps through the config that the engine renders with, by OpenColorIO's own library in 32-bit float. */
export async function carryOut(jobs: { steps: ColorStep[]; pixels: Pixel[] }[]): Promise<Pixel[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-oracle-'));
  try {
    const requests = [];
    for (const [index, { steps, pixels }] of jobs.entries()) {
      const own = mkdtempSync(join(folder, `${index}-`));
      const colour = {
        config: PINNED_CONFIG.uri,
        configSha256: PINNED_CONFIG.sha256,
        decodedSpace: 'Raw',
        steps,
        outputSpace: 'Raw',
      };
      const { path, isIdentity } = await writeJobConfig(colour, own);
      requests.push({
        config: path,
        pixels,
        processors: isIdentity ? [] : [{ src: JOB_SPACES.decoded, dst: JOB_SPACES.output }],
      });
    }
    return ask(requests);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An OpenColorIO pipeline written by hand in Python, for a second opinion: expressions that build transforms in order, in our pinned config or another. */
export function evaluateInPython(
  transforms: string[],
  pixels: Pixel[],
  variables: Record<string, string> = {},
  config: string = PINNED_CONFIG.uri,
): Pixel[] {
  return ask([
    {
      config,
      pixels,
      processors: transforms.map((expression) => ({ expression })),
      variables,
    },
  ])[0]!;
}

function ask(requests: unknown[]): Pixel[][] {
  const answer = execFileSync(toolPath('python'), ['-c', SCRIPT], {
    input: JSON.stringify(requests),
    maxBuffer: 256 * 2 ** 20,
    encoding: 'utf8',
  });
  return JSON.parse(answer) as Pixel[][];
}

const SCRIPT = `
import json, sys
import PyOpenColorIO as ocio
answers = []
for job in json.load(sys.stdin):
    c = ocio.Config.CreateFromFile(job['config'])
    flat = [v for p in job['pixels'] for v in p]
    for step in job['processors']:
        if 'expression' in step:
            p = c.getProcessor(eval(step['expression'], {'ocio': ocio, 'v': job.get('variables', {})}))
        else:
            p = c.getProcessor(step['src'], step['dst'])
        flat = p.getDefaultCPUProcessor().applyRGB(flat)
    answers.append([list(flat[i:i+3]) for i in range(0, len(flat), 3)])
json.dump(answers, sys.stdout)
`;

/** Whether two colours agree within a relative error, with a floor for values near zero. */
export function farthest(got: Pixel[], expected: Pixel[], floor = 1e-4): number {
  return Math.max(
    ...got.flatMap((pixel, i) =>
      pixel.map((value, c) => {
        const wanted = expected[i]![c]!;
        return Math.abs(value - wanted) / Math.max(Math.abs(wanted), floor);
      }),
    ),
  );
}
