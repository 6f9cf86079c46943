import { PipelineError } from '../../schemas/failure.ts';
import type { Canvas, CanvasTemplate, FramingDecision } from './fdl-document.ts';
import { DEFAULT_ROUNDING, fdlRound, settled } from './round.ts';
import { type Layers, type ScaledLayers, scaledLayers } from './template-layers.ts';

/** One axis of a placed layer. */
type Extent = { anchor: number; size: number };

/** A layer of the new canvas; anchors from its top left. */
export type PlacedLayer = { x: number; y: number; width: number; height: number };

/** What a template makes of a framing. Canvas and effective size are whole numbers, the rest is exact. */
export type AppliedTemplate = {
  canvas: { width: number; height: number };
  effective: PlacedLayer;
  protection: PlacedLayer | null;
  framing: PlacedLayer;
  squeeze: number;
  /** Square-pixel scale from source to new canvas. */
  scaleFactor: number;
  /** Source pixels to new pixels per axis, squeeze included. */
  scale: { x: number; y: number };
  /** Size of everything that was kept, scaled, before cropping, padding and rounding. */
  boundingBox: { width: number; height: number };
  /** How far the kept content moved on the new canvas. */
  translation: { x: number; y: number };
  /** Where the kept content begins on the source canvas. */
  origin: { x: number; y: number };
};

/**
 * Applies a canvas template to a framing decision: scale once, in exact ratios, place, crop, and round once at the end.
 * Source: ASC FDL specification v2.0.1, 7.4; FDL Template Implementer Guide of ascmitc/fdl, deferred rounding.
 * @throws PipelineError input-invalid when the template names a layer that is not there, or a target of 0 that it must fit
 */
export function applyTemplate(
  canvas: Canvas,
  decision: FramingDecision,
  template: CanvasTemplate,
): AppliedTemplate {
  const scaled = scaledLayers(canvas, decision, template);
  const across = placeAxis(scaled, template, 'x');
  const down = placeAxis(scaled, template, 'y');
  const layer = (name: keyof Layers): PlacedLayer | null => {
    const [x, y] = [across.layers[name], down.layers[name]];
    return x && y ? { x: x.anchor, y: y.anchor, width: x.size, height: y.size } : null;
  };
  const framing = layer('framing')!;
  if (framing.width <= 0 || framing.height <= 0 || across.canvas <= 0 || down.canvas <= 0) {
    throw cannotApply(template, 'nothing of the framing is left on the new canvas');
  }
  return {
    canvas: { width: across.canvas, height: down.canvas },
    effective: layer('effective')!,
    protection: layer('protection'),
    framing,
    squeeze: scaled.squeeze,
    scaleFactor: scaled.factor,
    scale: scaled.scale,
    boundingBox: { width: scaled.layers.canvas.size.x, height: scaled.layers.canvas.size.y },
    translation: { x: across.translation, y: down.translation },
    origin: scaled.origin,
  };
}

type PlacedAxis = { canvas: number; layers: { [name in keyof Layers]: Extent | null }; translation: number };

const ALIGNMENT = { left: 0, top: 0, center: 0.5, right: 1, bottom: 1 } as const;

function placeAxis({ layers, fit }: ScaledLayers, template: CanvasTemplate, axis: 'x' | 'y'): PlacedAxis {
  const side = axis === 'x' ? 'width' : 'height';
  const alignment =
    (axis === 'x' ? template.alignment_method_horizontal : template.alignment_method_vertical) ?? 'center';
  const box = layers.canvas.size[axis];
  const maximum = template.maximum_dimensions?.[side] ?? null;
  const pad = template.pad_to_maximum === true && maximum !== null;
  const out = maximum !== null && (pad || box > maximum) ? maximum : box;
  const shift = shiftOf({
    box,
    out,
    pad,
    fit: layers[fit]!.size[axis],
    fitAnchor: layers[fit]!.anchor[axis],
    target: template.target_dimensions[side],
    alignment,
  });
  const place = (name: keyof Layers): Extent | null => {
    const layer = layers[name];
    return layer ? { anchor: layer.anchor[axis] + shift, size: layer.size[axis] } : null;
  };
  const cropped = cropAxis(
    {
      canvas: place('canvas')!,
      effective: place('effective')!,
      protection: place('protection'),
      framing: place('framing')!,
    },
    out,
  );
  return roundAxis(cropped, out, shift, template);
}

type Shift = {
  box: number;
  out: number;
  pad: boolean;
  fit: number;
  fitAnchor: number;
  target: number;
  alignment: keyof typeof ALIGNMENT;
};

function shiftOf({ box, out, pad, fit, fitAnchor, target: given, alignment }: Shift): number {
  if (out === box && !pad) return 0;
  const target = pad && given === 0 ? fit : given;
  const middle = pad || alignment === 'center' ? (out - target) / 2 : 0;
  const shift = middle + (target - fit) * ALIGNMENT[alignment] - fitAnchor;
  return !pad && box > out ? Math.min(0, Math.max(shift, out - box)) : shift;
}

type AxisLayers = { canvas: Extent; effective: Extent; protection: Extent | null; framing: Extent };

/** What lies outside the new canvas is cut off, and no layer is larger than the one around it. */
function cropAxis(placed: AxisLayers, out: number): AxisLayers {
  const cut = ({ anchor, size }: Extent, limit: number): Extent => {
    const stored = Math.max(0, anchor);
    const left = Math.min(size - Math.max(0, -anchor), out - stored);
    return { anchor: stored, size: Math.max(0, Math.min(left, limit)) };
  };
  const effective = cut(placed.effective, out);
  const protection = placed.protection ? cut(placed.protection, effective.size) : null;
  return {
    canvas: { anchor: 0, size: out },
    effective,
    protection,
    framing: cut(placed.framing, (protection ?? effective).size),
  };
}

/** The one rounding: the canvas by the template, the effective area up to whole pixels, anchors to keep the middle. */
function roundAxis(layers: AxisLayers, out: number, shift: number, template: CanvasTemplate): PlacedAxis {
  const canvas = fdlRound(settled(out), template.round ?? DEFAULT_ROUNDING);
  const half = (canvas - out) / 2;
  const size = Math.min(Math.ceil(settled(layers.effective.size)), canvas);
  const grown = (Math.ceil(settled(layers.effective.size)) - layers.effective.size) / 2;
  const effective = { anchor: clamp(layers.effective.anchor + half - grown, 0, canvas - size), size };
  const inner = (extent: Extent): Extent => {
    const anchor = clamp(extent.anchor + half, 0, canvas);
    return { anchor, size: Math.min(extent.size, canvas - anchor, size) };
  };
  const protection = layers.protection ? inner(layers.protection) : null;
  return {
    canvas,
    layers: { canvas: { anchor: 0, size: canvas }, effective, protection, framing: inner(layers.framing) },
    translation: shift + half,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** The refusal of a template that cannot be applied to a framing. */
export function cannotApply(template: CanvasTemplate, why: string): PipelineError {
  return new PipelineError('input-invalid', `Canvas template "${template.id}" cannot be applied: ${why}.`, {
    template: template.id,
    why,
  });
}
