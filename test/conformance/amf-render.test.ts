import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOpenEngine } from '../../engine/open/open-engine.ts';
import { readAmfSource } from '../../pipeline/delivery/amf-source.ts';
import type { ClipSource } from '../../pipeline/delivery/clip-source.ts';
import { preparePlate } from '../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../pipeline/delivery/recipes.ts';
import { compressionName } from '../../standards/exr/chunks.ts';
import { readExrHeader } from '../../standards/exr/header.ts';
import type { FdlDocument } from '../../standards/fdl/fdl-document.ts';
import { readPicture } from '../engine/picture.ts';
import { makeClipSource, makePlannedPlate } from '../pipeline/delivery/clip-source-fixture.ts';
import {
  cdlLook,
  cdlNodes,
  inputById,
  LOGC4,
  lookById,
  makeAmf,
  outputById,
  REC709,
  RGC,
} from '../standards/amf/make-amf.ts';
import { makeFdl } from '../standards/fdl/make-fdl.ts';
import { toolPath, toolPaths } from '../support/tools.ts';
import { evaluateInPython, type Pixel } from './ocio-oracle.ts';

const WIDTH = 48;
const HEIGHT = 32;
const folder = mkdtempSync(join(tmpdir(), 'amf-render-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Log code values from 0.02 to 0.98 in three channels that wander apart. */
const codes: Pixel[] = Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
  const at = (seed: number) => 0.02 + 0.96 * (((i * seed) % 997) / 997);
  return [at(1), at(7), at(31)];
});
const frame = join(folder, 'A001C001_240101_R1AB.0000.exr');
writeFrame();

function writeFrame(): void {
  const pfm = join(folder, 'source.pfm');
  const rows = Array.from({ length: HEIGHT }, (_, y) =>
    codes.slice((HEIGHT - 1 - y) * WIDTH, (HEIGHT - y) * WIDTH),
  ).flat(2);
  writeFileSync(
    pfm,
    Buffer.concat([
      Buffer.from(`PF\n${WIDTH} ${HEIGHT}\n-1.0\n`),
      Buffer.from(Float32Array.from(rows).buffer),
    ]),
  );
  execFileSync(toolPath('oiiotool'), ['-i:type=float', pfm, '-d', 'float', '-o', frame]);
}

const source: ClipSource = {
  ...makeClipSource({
    imageSize: { width: WIDTH, height: HEIGHT },
    frameCount: 1,
    codec: { family: 'EXR' },
    container: 'EXR',
  }),
};
source.clip.files = [{ path: 'A001C001_240101_R1AB.0000.exr', role: 'frame', frame: 0 }];
source.objects = [
  {
    path: 'A001C001_240101_R1AB.0000.exr',
    object: { site: 's', bucket: 'b', key: 'k', sizeBytes: 1, xxh128: 'a'.repeat(32) },
  },
];

/** The delivered frame of a turnover with these documents, as an independent reader sees it. */
async function render(
  pipeline: string,
  fdl: FdlDocument | null = null,
  recipe = 'vfx-plates',
): Promise<{ width: number; height: number; pixels: Pixel[]; file: string }> {
  const plate = { ...makePlannedPlate(), sourceFrames: { first: 0, last: 0 } };
  const amf = await readAmfSource(makeAmf({ pipeline }), 'show.amf');
  const prepared = preparePlate({
    turnover: 't',
    plate,
    source,
    recipe: findRecipe(recipe),
    amfs: amf === null ? [] : [amf],
    fdl,
    fingerprint: {},
  });
  const [deliverable] = prepared.deliverables;
  const work = mkdtempSync(join(folder, 'work-'));
  mkdirSync(join(work, 'out'));
  const engine = createOpenEngine({ tools: toolPaths() });
  const { frames } = await engine.render(
    deliverable!.job,
    [{ name: 'A001C001_240101_R1AB.0000.exr', frame: 0, location: frame }],
    join(work, 'out'),
    {
      signal: new AbortController().signal,
      progress: () => {},
    },
  );
  await engine.close();
  const picture = await readPicture(frames[0]!.file);
  const pixels = Array.from(
    { length: picture.width * picture.height },
    (_, i) => [...picture.pixels.subarray(i * 3, i * 3 + 3)] as Pixel,
  );
  return { width: picture.width, height: picture.height, pixels, file: frames[0]!.file };
}

const TO_ACES = "ocio.ColorSpaceTransform(src='ARRI LogC4', dst='ACES2065-1')";
const GAMUT =
  "ocio.LookTransform(src='ACES2065-1', dst='ACES2065-1', looks='ACES 1.3 Reference Gamut Compression')";
const INTO = "ocio.ColorSpaceTransform(src='ACES2065-1', dst='ACEScct')";
const BACK = "ocio.ColorSpaceTransform(src='ACEScct', dst='ACES2065-1')";
const cdl = (slope = '[1.05,1.0,0.95]') =>
  `ocio.CDLTransform(slope=${slope}, offset=[-0.01,0,0.01], power=[1,1.1,1], sat=0.9)`;

/** Half float carries eleven bits: half a step is 2^-12 of a value, and a neighbour is one step away. */
function expectSame(got: Pixel[], expected: Pixel[]): void {
  let worst = 0;
  for (const [i, pixel] of got.entries()) {
    for (const [c, value] of pixel.entries()) {
      const wanted = expected[i]![c]!;
      worst = Math.max(worst, Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-2));
    }
  }
  expect(worst).toBeLessThan(2 ** -11 + 1e-4);
}

const WORKING = '<aces:workingLocation/>';

describe('a rendered plate', () => {
  it('has the input transform of its AMF, and no look after the hand-off', async () => {
    const { pixels } = await render(inputById(LOGC4) + lookById(RGC) + cdlLook() + outputById(REC709));
    expectSame(pixels, evaluateInPython([TO_ACES], codes));
  });

  it('has what stands before the working location, as an independent pipeline gives it', async () => {
    const { pixels } = await render(
      inputById(LOGC4) + lookById(RGC) + cdlLook() + WORKING + outputById(REC709),
    );
    expectSame(pixels, evaluateInPython([TO_ACES, GAMUT, INTO, cdl(), BACK], codes));
  });

  it('changes by one CDL number to what that number gives', async () => {
    const { pixels } = await render(
      inputById(LOGC4) +
        cdlLook({ nodes: cdlNodes({ slope: '1.10 1.0 0.95' }) }) +
        WORKING +
        outputById(REC709),
    );
    expectSame(pixels, evaluateInPython([TO_ACES, INTO, cdl('[1.10,1.0,0.95]'), BACK], codes));
  });

  it('changes by one applied flag: what is in the pixels stays out of the render', async () => {
    const { pixels } = await render(inputById(LOGC4, 'true') + lookById(RGC) + WORKING + outputById(REC709));
    expectSame(pixels, evaluateInPython([GAMUT], codes));
    const untouched = await render(
      inputById(LOGC4, 'true') + lookById(RGC, 'true') + WORKING + outputById(REC709),
    );
    expectSame(untouched.pixels, codes);
  });

  it('changes by one FDL anchor to the rows that the anchor names, and nothing else', async () => {
    const at = async (y: number) => {
      const fdl = makeFdl({
        canvas: { dimensions: { width: WIDTH, height: HEIGHT } },
        decision: { dimensions: { width: WIDTH, height: 20 }, anchor_point: { x: 0, y } },
        template: { target_dimensions: { width: WIDTH, height: 20 } },
      });
      return render(inputById(LOGC4) + outputById(REC709), fdl);
    };
    for (const y of [4, 5]) {
      const { height, pixels } = await at(y);
      expect(height).toBe(20);
      expectSame(pixels, evaluateInPython([TO_ACES], codes).slice(y * WIDTH, (y + 20) * WIDTH));
    }
  });

  it('is ACEScg, or an ACES container that says so, by its recipe', async () => {
    const graded = inputById(LOGC4) + outputById(REC709);
    const acescg = await render(graded, null, 'acescg-plates');
    expectSame(
      acescg.pixels,
      evaluateInPython(["ocio.ColorSpaceTransform(src='ARRI LogC4', dst='ACEScg')"], codes),
    );
    const container = await render(graded, null, 'st2065-4-strict');
    expectSame(container.pixels, evaluateInPython([TO_ACES], codes));
    const flag = async (path: string) => {
      const file = await open(path);
      const { size } = await file.stat();
      const bytes = {
        sizeBytes: size,
        read: async (at: number, length: number) =>
          (await file.read(Buffer.alloc(length), 0, length, at)).buffer,
      };
      const header = await readExrHeader(bytes, path);
      await file.close();
      return [header.attributes.get('acesImageContainerFlag')?.value, compressionName(header)];
    };
    expect(await flag(container.file)).toEqual([1, 'none']);
    expect(await flag(acescg.file)).toEqual([undefined, 'zip']);
  });
});
