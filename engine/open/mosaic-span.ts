import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireTool } from '../tools/require-tool.ts';
import type { ColorChain } from './color-chain.ts';
import { type RawFrame, readRawFrames } from './develop-frames.ts';
import type { FastSpan } from './fast-span.ts';
import { diagonal3, multiply3 } from './matrix3.ts';
import type { RenderRun, SequenceJob } from './render-run.ts';

/** Spans that exr-frames itself decodes: one for each run of frames that develop alike. */
export async function mosaicSpans(
  run: RenderRun,
  job: SequenceJob,
  chain: ColorChain,
  frames: readonly number[],
): Promise<FastSpan[]> {
  const runs: { key: string; raws: RawFrame[] }[] = [];
  for (const raw of await readRawFrames(run, frames)) {
    const key = JSON.stringify([levelLines(raw, job), raw.development.cameraToAces]);
    if (runs.at(-1)?.key === key) runs.at(-1)!.raws.push(raw);
    else runs.push({ key, raws: [raw] });
  }
  return Promise.all(
    runs.map(async ({ raws }) => {
      const [{ tags, development, frame }] = raws as [RawFrame];
      const mosaic = join(run.scratch, `mosaic-${frame}.txt`);
      const lines = raws.map((raw) => `frame ${raw.tags.pictureOffset} ${raw.path}`);
      await writeFile(mosaic, [...levelLines(raws[0]!, job), ...lines, ''].join('\n'));
      return {
        frames: raws.map((raw) => raw.frame),
        decoder: [requireTool(run.tools, 'exr-frames'), '--mosaic', mosaic],
        decoded: { width: tags.width, height: tags.height, x: job.geometry.crop.x, y: job.geometry.crop.y },
        // Demosaicing happens in balanced values; the matrix takes the balance out again.
        chain: {
          curve: null,
          matrix: multiply3(
            chain.matrix,
            multiply3(development.cameraToAces, diagonal3(development.neutral)),
          ),
        },
      };
    }),
  );
}

/** What all frames of a mosaic job share: see native/mosaic.h. */
function levelLines({ tags, development }: RawFrame, job: SequenceJob): string[] {
  return [
    `size ${tags.width} ${tags.height}`,
    `bits ${tags.bitsPerSample}`,
    ...(tags.bigEndian ? ['big-endian'] : []),
    `layout ${tags.pattern}`,
    `black ${tags.black[0]}`,
    `white ${tags.white}`,
    `balance ${development.neutral.map((value) => 1 / value).join(' ')}`,
    ...(job.decode.highlights === 'clip' ? ['clip'] : []),
  ];
}
