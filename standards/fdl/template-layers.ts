import { cannotApply } from './apply-template.ts';
import type { Canvas, CanvasTemplate, FramingDecision } from './fdl-document.ts';

/** A rectangle by axis. */
type Layer = { anchor: { x: number; y: number }; size: { x: number; y: number } };

/** The four layers, outermost first. Protection is never invented. */
export type Layers = { canvas: Layer; effective: Layer; protection: Layer | null; framing: Layer };

/** Layers scaled to new pixels, without any rounding. */
export type ScaledLayers = {
  layers: Layers;
  fit: keyof Layers;
  squeeze: number;
  factor: number;
  scale: { x: number; y: number };
  /** Anchor of the preserved (else the fitted) layer on the source canvas: where the new coordinates begin. */
  origin: { x: number; y: number };
};

const ORDER = ['canvas', 'effective', 'protection', 'framing'] as const;

const NAMES = {
  'canvas.dimensions': 'canvas',
  'canvas.effective_dimensions': 'effective',
  'framing_decision.protection_dimensions': 'protection',
  'framing_decision.dimensions': 'framing',
} as const satisfies Record<CanvasTemplate['fit_source'], keyof Layers>;

/** Takes the layers that a template keeps, and scales them. @throws PipelineError input-invalid */
export function scaledLayers(
  canvas: Canvas,
  decision: FramingDecision,
  template: CanvasTemplate,
): ScaledLayers {
  const source = sourceLayers(canvas, decision);
  const fit = NAMES[template.fit_source];
  const preserved = template.preserve_from_source_canvas ? NAMES[template.preserve_from_source_canvas] : null;
  const kept = keptLayers(source, [...(preserved ? [preserved] : []), fit], template);
  const origin = kept[preserved ?? fit]!.anchor;
  const sourceSqueeze = canvas.anamorphic_squeeze ?? 1;
  const squeeze =
    template.target_anamorphic_squeeze === 0 ? sourceSqueeze : template.target_anamorphic_squeeze;
  const { num, den } = ratioOf(kept[fit]!, sourceSqueeze, squeeze, template);
  // Multiplied before it is divided: a float factor would miss whole pixels and be rounded up to the next even one.
  const across = (value: number) => (value * sourceSqueeze * num) / (den * squeeze);
  const down = (value: number) => (value * num) / den;
  const scaled = (layer: Layer): Layer => ({
    anchor: {
      x: across(Math.max(0, layer.anchor.x - origin.x)),
      y: down(Math.max(0, layer.anchor.y - origin.y)),
    },
    size: { x: across(layer.size.x), y: down(layer.size.y) },
  });
  return {
    layers: {
      canvas: scaled({ ...kept.canvas, anchor: { x: 0, y: 0 } }),
      effective: scaled(kept.effective),
      protection: kept.protection && scaled(kept.protection),
      framing: scaled(kept.framing),
    },
    fit,
    squeeze,
    factor: num / den,
    scale: { x: across(1), y: down(1) },
    origin,
  };
}

type SourceLayers = { [name in keyof Layers]: Layer | null };

function sourceLayers(canvas: Canvas, decision: FramingDecision): SourceLayers {
  const layer = (
    size: { width: number; height: number } | undefined,
    anchor: { x: number; y: number } | undefined,
  ) =>
    size
      ? { anchor: { x: anchor?.x ?? 0, y: anchor?.y ?? 0 }, size: { x: size.width, y: size.height } }
      : null;
  return {
    canvas: layer(canvas.dimensions, undefined),
    effective: layer(canvas.effective_dimensions, canvas.effective_anchor_point),
    protection: layer(decision.protection_dimensions, decision.protection_anchor_point),
    framing: layer(decision.dimensions, decision.anchor_point),
  };
}

/** The named layers and all inside them; the outermost one that is there stands for the canvas and the effective area too. */
function keptLayers(source: SourceLayers, named: (keyof Layers)[], template: CanvasTemplate): Layers {
  for (const name of named) {
    if (source[name] === null)
      throw cannotApply(template, `it asks for the ${describe(name)}, which the framing does not have`);
  }
  const outermost = Math.min(...named.map((name) => ORDER.indexOf(name)));
  const kept = Object.fromEntries(
    ORDER.map((name, place) => [name, place >= outermost ? source[name] : null]),
  ) as SourceLayers;
  const outer = ORDER.map((name) => kept[name]).find((layer) => layer !== null)!;
  const layers = {
    ...kept,
    canvas: kept.canvas ?? outer,
    effective: kept.effective ?? outer,
    framing: kept.framing!,
  };
  const { effective, protection } = layers;
  if (protection && (effective.size.x < protection.size.x || effective.size.y < protection.size.y)) {
    throw cannotApply(template, 'the protection is larger than the effective area');
  }
  return layers;
}

/** Scale in square pixels as a ratio. */
function ratioOf(
  fit: Layer,
  sourceSqueeze: number,
  squeeze: number,
  template: CanvasTemplate,
): { num: number; den: number } {
  const { width, height } = template.target_dimensions;
  const byWidth = { num: width * squeeze, den: fit.size.x * sourceSqueeze };
  const byHeight = { num: height, den: fit.size.y };
  const needed = {
    width: [byWidth],
    height: [byHeight],
    fit_all: [byWidth, byHeight],
    fill: [byWidth, byHeight],
  }[template.fit_method];
  if (needed.some(({ num }) => num === 0))
    throw cannotApply(template, `a target of 0 cannot be fitted by "${template.fit_method}"`);
  const [first, second] = needed;
  if (!second) return first!;
  const isFirstSmaller = first!.num * second.den <= second.num * first!.den;
  return isFirstSmaller === (template.fit_method === 'fit_all') ? first! : second;
}

function describe(name: keyof Layers): string {
  return { canvas: 'canvas', effective: 'effective area', protection: 'protection', framing: 'framing' }[
    name
  ];
}
