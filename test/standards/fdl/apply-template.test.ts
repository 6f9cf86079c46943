import { describe, expect, it } from 'vitest';
import { applyTemplate } from '../../../standards/fdl/apply-template.ts';
import { canvasIdFor, deriveDocument } from '../../../standards/fdl/derive-document.ts';
import type { CanvasTemplate, FdlDocument } from '../../../standards/fdl/fdl-document.ts';
import { findFraming, findTemplate } from '../../../standards/fdl/find-framing.ts';
import { readFdl, writeFdl } from '../../../standards/fdl/read-fdl.ts';
import { makeFdl } from './make-fdl.ts';

function apply(fdl: FdlDocument) {
  const { canvas, decision } = findFraming(fdl, {});
  return applyTemplate(canvas, decision, findTemplate(fdl, 'VFX'));
}

describe('a canvas template', () => {
  it('that asks for what is there changes nothing', () => {
    const identity = makeFdl({
      decision: { dimensions: { width: 4096, height: 1716 }, anchor_point: { x: 0, y: 222 } },
      template: {
        target_dimensions: { width: 4096, height: 2160 },
        fit_source: 'canvas.dimensions',
        fit_method: 'fit_all',
      },
    });
    expect(apply(identity)).toMatchObject({
      canvas: { width: 4096, height: 2160 },
      framing: { x: 0, y: 222, width: 4096, height: 1716 },
      scaleFactor: 1,
      translation: { x: 0, y: 0 },
    });
  });

  it.each([[2], [1.3], [1.33]])('takes a squeeze of %f out before it scales', (squeeze) => {
    const applied = apply(
      makeFdl({
        canvas: { anamorphic_squeeze: squeeze },
        template: { target_dimensions: { width: 4096, height: 2160 } },
      }),
    );
    expect(applied.canvas.width).toBe(4096);
    expect(applied.framing.width / applied.framing.height).toBeCloseTo((4096 * squeeze) / 1716, 9);
    expect(applied.squeeze).toBe(1);
  });

  it('squeezes by 2, and keeps the squeeze of the source where its own is 0', () => {
    const squeezed = apply(
      makeFdl({
        template: { target_anamorphic_squeeze: 2, target_dimensions: { width: 1024, height: 1080 } },
      }),
    );
    expect(squeezed).toMatchObject({ squeeze: 2, canvas: { width: 1024, height: 858 } });
    const kept = apply(
      makeFdl({ canvas: { anamorphic_squeeze: 2 }, template: { target_anamorphic_squeeze: 0 } }),
    );
    expect(kept).toMatchObject({ squeeze: 2, canvas: { width: 2048, height: 858 } });
  });

  it('never invents a protection, and asks for one that is not there in vain', () => {
    expect(apply(makeFdl()).protection).toBeNull();
    expect(() =>
      apply(makeFdl({ template: { fit_source: 'framing_decision.protection_dimensions' } })),
    ).toThrow(/protection, which the framing does not have/);
    expect(() =>
      apply(makeFdl({ template: { preserve_from_source_canvas: 'canvas.effective_dimensions' } })),
    ).toThrow(/effective area/);
  });

  it('that leaves nothing of the framing is refused', () => {
    const away = makeFdl({
      decision: { dimensions: { width: 100, height: 100 }, anchor_point: { x: 3900, y: 0 } },
      template: {
        fit_source: 'canvas.dimensions',
        target_dimensions: { width: 4096, height: 2160 },
        alignment_method_horizontal: 'left',
        maximum_dimensions: { width: 1000, height: 1000 },
      },
    });
    expect(() => apply(away)).toThrow(/nothing of the framing is left/);
  });

  it('keeps its layers inside one another and its canvas within the maximum, whatever it is given', () => {
    const random = generator(7);
    let applied = 0;
    for (let i = 0; i < 2000; i++) {
      const { canvas, decision, template } = randomCase(random);
      let result: ReturnType<typeof applyTemplate>;
      try {
        result = applyTemplate(canvas, decision, template);
      } catch {
        continue;
      }
      applied++;
      const { effective, protection, framing } = result;
      for (const [inner, outer] of [
        [effective, { x: 0, y: 0, ...result.canvas }],
        [framing, { x: 0, y: 0, ...result.canvas }],
      ] as const) {
        expect(inner.x).toBeGreaterThanOrEqual(0);
        expect(inner.y).toBeGreaterThanOrEqual(0);
        expect(inner.x + inner.width).toBeLessThanOrEqual(outer.width + 1e-6);
        expect(inner.y + inner.height).toBeLessThanOrEqual(outer.height + 1e-6);
      }
      expect(framing.width).toBeLessThanOrEqual((protection ?? effective).width + 1e-6);
      expect(protection?.height ?? 0).toBeLessThanOrEqual(effective.height + 1e-6);
      if (template.maximum_dimensions && template.round!.mode === 'down') {
        expect(result.canvas.width).toBeLessThanOrEqual(template.maximum_dimensions.width);
      }
      if (template.maximum_dimensions && template.pad_to_maximum)
        expect(result.canvas).toEqual(template.maximum_dimensions);
    }
    expect(applied).toBeGreaterThan(1000);
  });
});

describe('the document of a derived canvas', () => {
  it('holds the source canvas as it was and the new one, and is valid', () => {
    const fdl = makeFdl();
    const source = findFraming(fdl, {});
    const template = findTemplate(fdl, 'VFX');
    const document = deriveDocument(fdl, {
      source,
      template,
      applied: applyTemplate(source.canvas, source.decision, template),
      canvasId: 'CV_VFX',
      creator: 'x',
    });
    expect(readFdl(writeFdl(document), 'derived').problems).toEqual([]);
    const [old, made] = document.contexts![0]!.canvases!;
    expect(old).toEqual(source.canvas);
    expect(made).toMatchObject({
      source_canvas_id: 'CV',
      effective_dimensions: { width: 2048, height: 858 },
      framing_decisions: [{ id: 'CV_VFX-FI' }],
    });
    expect(document.canvas_templates).toEqual([template]);
  });

  it('takes an id that is legal and free', () => {
    const { canvas } = findFraming(makeFdl(), {});
    expect(canvasIdFor(canvas, 'VFX', new Set())).toBe('CV_VFX');
    expect(canvasIdFor(canvas, 'VFX', new Set(['CV_VFX', 'CV_VFX_2']))).toBe('CV_VFX_3');
    expect(canvasIdFor({ ...canvas, id: 'x'.repeat(32) }, 'VFX', new Set(['x'.repeat(32)]))).toHaveLength(32);
  });
});

describe('a framing that is asked for', () => {
  it('is found by what is named, else by being the only one, else by the default intent', () => {
    const fdl = makeFdl();
    fdl.framing_intents!.push({ id: 'SAFE', aspect_ratio: { width: 16, height: 9 } });
    fdl.contexts![0]!.canvases![0]!.framing_decisions!.push({
      id: 'CV-SAFE',
      framing_intent_id: 'SAFE',
      dimensions: { width: 1920, height: 1080 },
      anchor_point: { x: 0, y: 0 },
    });
    expect(findFraming(fdl, {}).decision.id).toBe('CV-FI');
    expect(findFraming(fdl, { decision: 'CV-SAFE' }).decision.id).toBe('CV-SAFE');
    expect(() => findFraming(fdl, { canvas: 'XX' })).toThrow(/no canvas that was asked for/);
    expect(() => findTemplate(fdl, 'vfx')).toThrow(/no canvas template "vfx". Templates: VFX/);
  });

  it('is what the intent means on a canvas that nobody framed yet', () => {
    const fdl = makeFdl({ canvas: { framing_decisions: [] } });
    expect(findFraming(fdl, {}).decision).toEqual({
      id: 'CV-FI',
      framing_intent_id: 'FI',
      dimensions: { width: 4096, height: 1714 },
      anchor_point: { x: 0, y: 223 },
    });
  });

  it('is never chosen where several would do', () => {
    const fdl = makeFdl();
    fdl.contexts!.push({ ...structuredClone(fdl.contexts![0]!), label: 'B camera' });
    expect(() => findFraming(fdl, {})).toThrow(/2 of canvas; name one/);
    expect(findFraming(fdl, { context: 'B camera' }).context.label).toBe('B camera');
  });
});

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

function randomCase(random: () => number) {
  const between = (low: number, high: number) => low + (high - low) * random();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const size = { width: Math.round(between(1000, 8000)), height: Math.round(between(800, 6000)) };
  const inside = (outer: { width: number; height: number; x: number; y: number }, whole: boolean) => {
    const scale = between(0.5, 1);
    const width = whole ? Math.round(outer.width * scale) : outer.width * scale;
    const height = whole ? Math.round(outer.height * between(0.5, 1)) : outer.height * between(0.5, 1);
    return {
      width,
      height,
      x: outer.x + (outer.width - width) * random(),
      y: outer.y + (outer.height - height) * random(),
    };
  };
  const effective = inside({ x: 0, y: 0, ...size }, true);
  const protection = inside(effective, false);
  const framing = inside(protection, false);
  const extent = ({ width, height }: { width: number; height: number }) => ({ width, height });
  const at = ({ x, y }: { x: number; y: number }) => ({ x, y });
  const canvas = {
    id: 'C',
    source_canvas_id: 'C',
    dimensions: size,
    anamorphic_squeeze: pick([1, 1, 1.3, 2]),
    ...(random() < 0.5
      ? { effective_dimensions: extent(effective), effective_anchor_point: at(effective) }
      : {}),
  };
  const decision = {
    id: 'C-F',
    framing_intent_id: 'F',
    dimensions: extent(framing),
    anchor_point: at(framing),
    ...(random() < 0.5
      ? { protection_dimensions: extent(protection), protection_anchor_point: at(protection) }
      : {}),
  };
  const layers = [
    'framing_decision.dimensions',
    'framing_decision.protection_dimensions',
    'canvas.dimensions',
    'canvas.effective_dimensions',
  ] as const;
  const template: CanvasTemplate = {
    id: 'T',
    target_dimensions: { width: Math.round(between(500, 5000)), height: Math.round(between(500, 4000)) },
    target_anamorphic_squeeze: pick([0, 1, 1, 2]),
    fit_source: pick(layers),
    fit_method: pick(['width', 'height', 'fit_all', 'fill'] as const),
    alignment_method_horizontal: pick(['left', 'center', 'right'] as const),
    alignment_method_vertical: pick(['top', 'center', 'bottom'] as const),
    round: { even: pick(['even', 'whole'] as const), mode: pick(['up', 'down', 'round'] as const) },
    ...(random() < 0.5 ? { preserve_from_source_canvas: pick(layers) } : {}),
    ...(random() < 0.5
      ? {
          maximum_dimensions: {
            width: 2 * Math.round(between(300, 2500)),
            height: 2 * Math.round(between(300, 2000)),
          },
          pad_to_maximum: random() < 0.5,
        }
      : {}),
  };
  return { canvas, decision, template };
}
