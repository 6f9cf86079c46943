import { describe, expect, it } from 'vitest';
import { fdlGeometry } from '../../../pipeline/delivery/fdl-geometry.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { Geometry } from '../../../schemas/segment-job.ts';
import type { FdlDocument } from '../../../standards/fdl/fdl-document.ts';
import { readFdl } from '../../../standards/fdl/read-fdl.ts';
import { makeFdl } from '../../standards/fdl/make-fdl.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

const WISH = { template: null, upscale: false };
const source = makeClipSource();
const SAME = { target_dimensions: { width: 4096, height: 1716 } };

/** The new canvas of the FDL beside the plate. */
function delivered(text: string | null) {
  const { fdl, problems } = readFdl(text!, 'delivered');
  expect(problems).toEqual([]);
  return fdl!.contexts![0]!.canvases!.at(-1)!;
}

/** Where a source point lands by the pixels really cropped, scaled and placed. */
function landing({ crop, scale, canvas }: Geometry, x: number, y: number) {
  const picture = scale ?? crop;
  const at = canvas ?? { x: 0, y: 0 };
  return {
    x: ((x - crop.x) * picture.width) / crop.width + at.x,
    y: ((y - crop.y) * picture.height) / crop.height + at.y,
  };
}

describe('framing a plate by its FDL', () => {
  it('crops to the framing without touching a pixel when the template is of its size', () => {
    const { geometry, fdl, findings } = fdlGeometry(source, makeFdl({ template: SAME }), WISH);
    expect(geometry).toEqual({
      source: { width: 4096, height: 2160 },
      crop: { x: 0, y: 222, width: 4096, height: 1716 },
      scale: null,
      canvas: null,
      pixelAspectRatio: { num: 1, den: 1 },
    });
    expect(findings).toEqual([]);
    expect(delivered(fdl)).toMatchObject({
      dimensions: { width: 4096, height: 1716 },
      source_canvas_id: 'CV',
      framing_decisions: [{ anchor_point: { x: 0, y: 0 } }],
    });
  });

  it('moves the crop by exactly what an anchor moves', () => {
    const at = (y: number) =>
      fdlGeometry(source, makeFdl({ template: SAME, decision: { anchor_point: { x: 0, y } } }), WISH)
        .geometry!.crop.y;
    expect(at(100) - at(99)).toBe(1);
  });

  it('scales to the template, in whole pixels, and tells in the FDL where the framing really lies', () => {
    const { geometry, fdl } = fdlGeometry(source, makeFdl(), WISH);
    expect(geometry).toMatchObject({ crop: { y: 222, height: 1716 }, scale: { width: 2048, height: 858 } });
    expect(delivered(fdl).framing_decisions![0]).toMatchObject({
      dimensions: { width: 2048, height: 858 },
      anchor_point: { x: 0, y: 0 },
    });
  });

  it('pads where the template pads', () => {
    const template = {
      target_dimensions: { width: 2048, height: 1080 },
      maximum_dimensions: { width: 2048, height: 1080 },
      pad_to_maximum: true,
    };
    const { geometry } = fdlGeometry(source, makeFdl({ template }), WISH);
    expect(geometry).toMatchObject({
      scale: { width: 2048, height: 858 },
      canvas: { width: 2048, height: 1080, x: 0, y: 111 },
    });
  });

  it('desqueezes by the template, or keeps the squeeze as pixel aspect', () => {
    const canvas = { anamorphic_squeeze: 2 };
    const out = fdlGeometry(
      source,
      makeFdl({ canvas, template: { target_dimensions: { width: 4096, height: 858 } } }),
      WISH,
    ).geometry!;
    expect(out).toMatchObject({ scale: { width: 4096, height: 858 }, pixelAspectRatio: { num: 1, den: 1 } });
    const kept = fdlGeometry(
      source,
      makeFdl({ canvas, template: { ...SAME, target_anamorphic_squeeze: 2 } }),
      WISH,
    ).geometry!;
    expect(kept).toMatchObject({ scale: null, pixelAspectRatio: { num: 2, den: 1 } });
  });

  it('never enlarges unless the recipe says so, but says that it did not', () => {
    const fdl = makeFdl({ template: { target_dimensions: { width: 8192, height: 4320 } } });
    const refused = fdlGeometry(source, fdl, WISH);
    expect(refused.geometry).toMatchObject({ crop: { y: 222, height: 1716 }, scale: null });
    expect(refused.findings.map((f) => f.code)).toEqual(['upscale-refused']);
    expect(fdlGeometry(source, fdl, { ...WISH, upscale: true }).geometry?.scale).toEqual({
      width: 8192,
      height: 3432,
    });
  });

  it("that does not enlarge stays on the template's largest canvas, around its framing", () => {
    for (const pad_to_maximum of [true, false])
      for (const y of [0, 222, 444]) {
        const fdl = makeFdl({
          decision: { anchor_point: { x: 0, y }, dimensions: { width: 4096, height: 1600 } },
          template: {
            target_dimensions: { width: 8192, height: 4320 },
            preserve_from_source_canvas: 'canvas.dimensions',
            maximum_dimensions: { width: 4600, height: 800 },
            pad_to_maximum,
          },
        });
        const { geometry, fdl: told } = fdlGeometry(source, fdl, WISH);
        expect(geometry).toMatchObject({ scale: null, crop: { width: 4096, height: 800 } });
        expect(geometry!.canvas?.width).toBe(pad_to_maximum ? 4600 : undefined);
        // The middle of the framing stays where the template puts it: in the middle of what is left.
        expect(geometry!.crop.y + 400).toBe(y + 800);
        expect(delivered(told).framing_decisions![0]!.dimensions.height).toBe(800);
      }
  });

  it('delivers the whole canvas with its framing told where there is no template', () => {
    const { geometry, fdl } = fdlGeometry(source, makeFdl({ template: null }), WISH);
    expect(geometry).toMatchObject({ crop: { x: 0, y: 0, width: 4096, height: 2160 }, scale: null });
    expect(delivered(fdl).framing_decisions![0]).toMatchObject({
      dimensions: { height: 1716 },
      anchor_point: { y: 222 },
    });
  });

  it('delivers the full picture of a clip that the FDL does not speak of, and says so', () => {
    const { geometry, fdl, findings } = fdlGeometry(
      makeClipSource({ imageSize: { width: 3840, height: 2160 } }),
      makeFdl(),
      WISH,
    );
    expect(geometry?.crop).toEqual({ x: 0, y: 0, width: 3840, height: 2160 });
    expect(fdl).toBeNull();
    expect(findings.map((f) => f.code)).toEqual(['framing-mismatch']);
  });

  it('decides nothing between two framings of one size, unless one names the clip', () => {
    const two = makeFdl();
    const other = structuredClone(two.contexts![0]!);
    other.label = 'B camera';
    Object.assign(other.canvases![0]!, { id: 'CVB', source_canvas_id: 'CVB' });
    other.canvases![0]!.framing_decisions![0]!.id = 'CVB-FI';
    other.canvases![0]!.framing_decisions![0]!.anchor_point.y = 100;
    two.contexts!.push(other);
    expect(fdlGeometry(source, two, WISH).findings.map((f) => f.code)).toEqual(['framing-undecided']);
    other.clip_id = { clip_name: 'A001C001_240101_R1AB' };
    expect(fdlGeometry(source, two, WISH).geometry?.crop.y).toBe(100);
  });

  it('decides nothing between two templates, unless the recipe names one', () => {
    const fdl = makeFdl();
    fdl.canvas_templates!.push({ ...fdl.canvas_templates![0]!, id: 'OTHER', label: 'other' });
    expect(fdlGeometry(source, fdl, WISH).geometry).toBeNull();
    expect(fdlGeometry(source, fdl, { ...WISH, template: 'VFX pull' }).geometry).not.toBeNull();
  });

  it('really crops and scales what the FDL beside the plate says, for any framing', () => {
    for (let i = 0; i < 300; i++) {
      const height = 700 + ((i * 37) % 1300);
      const y = (i * 53) % (2160 - height);
      const template = {
        target_dimensions: { width: 1000 + ((i * 91) % 3000), height: 1080 },
        fit_method: 'width' as const,
      };
      const { geometry, fdl } = fdlGeometry(
        source,
        makeFdl({ decision: { dimensions: { width: 4096, height }, anchor_point: { x: 0, y } }, template }),
        WISH,
      );
      const made = delivered(fdl);
      const [decision] = made.framing_decisions!;
      Geometry.parse(geometry);
      expect(made.dimensions).toEqual(
        geometry!.canvas
          ? { width: geometry!.canvas.width, height: geometry!.canvas.height }
          : (geometry!.scale ?? { width: geometry!.crop.width, height: geometry!.crop.height }),
      );
      const top = landing(geometry!, 0, y);
      const bottom = landing(geometry!, 4096, y + height);
      expect(decision!.anchor_point.y).toBeCloseTo(Math.max(0, top.y), 6);
      expect(decision!.anchor_point.y + decision!.dimensions.height).toBeCloseTo(
        Math.min(made.dimensions.height, bottom.y),
        6,
      );
      expect(Math.abs(top.y)).toBeLessThan(1.5);
    }
  });
});

describe('a prepared plate', () => {
  it('has the FDL beside it, and is not made where its framing is undecided', () => {
    const prepare = (fdl: FdlDocument) =>
      preparePlate({
        turnover: 't',
        plate: makePlannedPlate(),
        source,
        recipe: findRecipe('vfx-plates'),
        amfs: [],
        fdl,
        fingerprint: {},
      });
    const good = prepare(makeFdl({ template: SAME }));
    expect(good.deliverables[0]!.job.geometry.crop).toMatchObject({ y: 222, height: 1716 });
    expect((good as { sources?: { fdl: string } }).sources!.fdl).toContain('CV_VFX');
    const two = makeFdl();
    two.canvas_templates!.push({ ...two.canvas_templates![0]!, id: 'OTHER' });
    expect(prepare(two)).toMatchObject({
      deliverables: [],
      findings: [{ code: 'framing-undecided', severity: 'error' }],
    });
  });
});
