import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CUT_OFF_STEPS, developArguments, developScale, type LibRawDemosaic } from '../tools/dcraw-emu.ts';
import { readAsFloat } from '../tools/oiiotool.ts';
import type { Development } from './camera-matrix.ts';
import type { DecodedFrame } from './decode-frames.ts';
import { cropAndScaleArguments } from './framing.ts';
import { diagonal3, type Matrix3, multiply3 } from './matrix3.ts';
import type { RenderRun } from './render-run.ts';

/** A raw picture on this machine, and what is to be made of it. */
export type Developable = { frame: number; path: string; development: Development };

/**
 * Develops pictures of one white balance by one run of LibRaw, to ACES2065-1, framed.
 * @throws PipelineError tool-missing, tool-failed
 */
export async function developByLibRaw(
  run: RenderRun,
  raws: readonly Developable[],
  demosaic: LibRawDemosaic,
): Promise<DecodedFrame[]> {
  const links: string[] = [];
  for (const raw of raws) {
    const link = join(run.scratch, `raw-${String(raw.frame).padStart(8, '0')}.raw`);
    await symlink(raw.path, link);
    links.push(link);
  }
  const { neutral } = raws[0]!.development;
  await run.run('dcraw_emu', {
    args: developArguments(links, neutral, demosaic, run.job.decode),
    env: { OMP_NUM_THREADS: String(run.threads) },
  });
  return raws.map(({ frame, development: { cameraToAces } }, index) => {
    const scale = developScale(neutral, run.job.decode);
    const matrix = multiply3(
      cameraToAces,
      diagonal3([neutral[0] * scale, neutral[1] * scale, neutral[2] * scale]),
    );
    return {
      frame,
      read: [
        ...readAsFloat(links[index]!.replace(/\.raw$/, '.tif')),
        '--addc',
        String(CUT_OFF_STEPS[demosaic] / 65535),
        '--ccmatrix:transpose=1',
        matrix4(matrix),
        ...cropAndScaleArguments(run.job.geometry),
      ],
    };
  });
}

/** The matrix as oiiotool takes it. */
export function matrix4(m: Matrix3): string {
  const row = (r: number) => [...m.slice(r * 3, r * 3 + 3), 0];
  return [...row(0), ...row(1), ...row(2), 0, 0, 0, 1].join(',');
}
