import { PipelineError } from '../../schemas/failure.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { Geometry, PixelSize } from '../../schemas/segment-job.ts';
import { type AppliedTemplate, applyTemplate } from '../../standards/fdl/apply-template.ts';
import { canvasIdFor, deriveDocument } from '../../standards/fdl/derive-document.ts';
import type {
  Canvas,
  CanvasTemplate,
  Context,
  FdlDocument,
  FramingDecision,
} from '../../standards/fdl/fdl-document.ts';
import { decisionsOn, type FoundFraming } from '../../standards/fdl/find-framing.ts';
import { writeFdl } from '../../standards/fdl/read-fdl.ts';
import type { ClipSource } from './clip-source.ts';
import { fullSourceGeometry } from './geometry.ts';
import { asRendered, pixelGeometry } from './pixel-geometry.ts';
import { sourceSize } from './stored-picture.ts';

/** Framing of a plate, the FDL that tells of it, and what a person should know; `geometry` null when it cannot be decided. */
export type FdlFraming = { geometry: Geometry | null; fdl: string | null; findings: Finding[] };

/** How a recipe wants an FDL used. */
export type FramingWish = {
  /** Id or label of the canvas template; null takes the only one there is. */
  template: string | null;
  /** Whether a template may make pixels that the camera did not record. */
  upscale: boolean;
};

/**
 * Frames a plate by the turnover's FDL: the canvas that is this clip's, the recipe's template, whole source pixels. The
 * FDL beside the plate tells what was really cropped and scaled. A clip that the FDL does not speak of goes whole.
 */
export function fdlGeometry(source: ClipSource, fdl: FdlDocument, wish: FramingWish): FdlFraming {
  const size = sourceSize(source.clip);
  const framing = framingOf(fdl, source, size);
  if (framing === null) return withoutCanvas(source, fdl, size);
  if (framing === 'several') return manyCanvases(source, size);
  const template = templateOf(fdl, wish);
  if (template === 'several') return undecided(source, fdl);
  if (template === null) return told(source, fdl, framing, null, wholeCanvas(framing), []);
  try {
    const applied = applyTemplate(framing.canvas, framing.decision, template);
    const isUpscale = applied.scaleFactor > 1 + 1e-9 && !wish.upscale;
    if (!isUpscale) return told(source, fdl, framing, template, applied, []);
    return told(source, fdl, framing, template, atOwnScale(framing, template, applied), [
      upscaled(source, template, applied),
    ]);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return {
      geometry: null,
      fdl: null,
      findings: [finding('framing-undecided', subjectOf(source), error.message, error.facts)],
    };
  }
}

/**
 * The canvas for this clip by its name, else by its size; with the framing of the default intent, else the only one.
 * Canvases that frame alike are one; canvases that differ leave it open.
 */
function framingOf(fdl: FdlDocument, source: ClipSource, size: PixelSize): FoundFraming | null | 'several' {
  const fits = (canvas: Canvas) =>
    canvas.dimensions.width === size.width && canvas.dimensions.height === size.height;
  const all = (fdl.contexts ?? []).flatMap((context) =>
    (context.canvases ?? []).filter(fits).map((canvas) => ({ context, canvas })),
  );
  const own = all.filter(({ context }) => isOfClip(context, source));
  const candidates = own.length > 0 ? own : all.filter(({ context }) => !context.clip_id);
  const framed = candidates.flatMap(({ context, canvas }) => {
    const decision = decisionOf(fdl, canvas);
    return decision ? [{ context, canvas, decision }] : [];
  });
  const originals = framed.filter(({ canvas }) => canvas.source_canvas_id === canvas.id);
  const choices = originals.length > 0 ? originals : framed;
  const [first] = choices;
  return first && choices.some((other) => meaning(other) !== meaning(first)) ? 'several' : (first ?? null);
}

function isOfClip({ clip_id: clip }: Context, source: ClipSource): boolean {
  if (!clip) return false;
  const files = source.clip.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return (
    clip.clip_name === source.clip.clipName ||
    files.includes(clip.file ?? '') ||
    files.includes(clip.clip_name)
  );
}

function decisionOf(fdl: FdlDocument, canvas: Canvas): FramingDecision | null {
  const decisions = decisionsOn(fdl, canvas);
  const preferred = decisions.find((one) => one.framing_intent_id === fdl.default_framing_intent);
  return preferred ?? (decisions.length === 1 ? decisions[0]! : null);
}

function meaning({ canvas, decision }: FoundFraming): string {
  const { effective_dimensions, effective_anchor_point, anamorphic_squeeze = 1 } = canvas;
  const { dimensions, anchor_point, protection_dimensions, protection_anchor_point } = decision;
  return JSON.stringify([
    effective_dimensions,
    effective_anchor_point,
    anamorphic_squeeze,
    dimensions,
    anchor_point,
    protection_dimensions,
    protection_anchor_point,
  ]);
}

function templateOf(fdl: FdlDocument, wish: FramingWish): CanvasTemplate | null | 'several' {
  const templates = fdl.canvas_templates ?? [];
  const named =
    wish.template === null
      ? templates
      : templates.filter(({ id, label }) => id === wish.template || label === wish.template);
  if (named.length === 1) return named[0]!;
  return templates.length === 0 ? null : 'several';
}

/** The pixels of a template in whole numbers: crop on the source, scale, place; then the FDL of exactly that. */
function told(
  source: ClipSource,
  fdl: FdlDocument,
  framing: FoundFraming,
  template: CanvasTemplate | null,
  applied: AppliedTemplate,
  findings: Finding[],
): FdlFraming {
  const size = sourceSize(source.clip);
  const geometry = pixelGeometry(size, applied);
  const taken = new Set((fdl.contexts ?? []).flatMap(({ canvases }) => canvases ?? []).map(({ id }) => id));
  const canvasId = canvasIdFor(framing.canvas, template?.id ?? 'delivered', taken);
  const document = deriveDocument(fdl, {
    source: framing,
    template,
    applied: asRendered(framing, applied, geometry),
    canvasId,
    creator: 'Rushes',
  });
  return { geometry, fdl: writeFdl(document), findings };
}

/** No template: the canvas as it is, the framing told beside it. */
function wholeCanvas({ canvas, decision }: FoundFraming): AppliedTemplate {
  const { width, height } = canvas.dimensions;
  const layer = (size: { width: number; height: number }, anchor: { x: number; y: number }) => ({
    ...anchor,
    ...size,
  });
  return {
    canvas: { width, height },
    effective: layer(
      canvas.effective_dimensions ?? canvas.dimensions,
      canvas.effective_anchor_point ?? { x: 0, y: 0 },
    ),
    protection: decision.protection_dimensions
      ? layer(decision.protection_dimensions, decision.protection_anchor_point!)
      : null,
    framing: layer(decision.dimensions, decision.anchor_point),
    squeeze: canvas.anamorphic_squeeze ?? 1,
    scaleFactor: 1,
    scale: { x: 1, y: 1 },
    boundingBox: { width, height },
    translation: { x: 0, y: 0 },
    origin: { x: 0, y: 0 },
  };
}

/**
 * The same content as the template keeps, in recorded pixels: nothing is invented. What the template's largest canvas cuts
 * off or pads is cut off or padded around the same middle of the framing.
 */
function atOwnScale(
  { canvas, decision }: FoundFraming,
  template: CanvasTemplate,
  applied: AppliedTemplate,
): AppliedTemplate {
  const stretch = (canvas.anamorphic_squeeze ?? 1) / applied.squeeze;
  const isPadded = template.pad_to_maximum === true && template.maximum_dimensions !== undefined;
  const axis = (side: 'width' | 'height', at: 'x' | 'y', scale: number) => {
    const box = applied.boundingBox[side] / applied.scaleFactor;
    const most = template.maximum_dimensions?.[side] ?? Number.POSITIVE_INFINITY;
    const size = isPadded ? applied.canvas[side] : Math.min(Math.round(box), most);
    const middle = decision.anchor_point[at] + decision.dimensions[side] / 2 - applied.origin[at];
    const wanted = ((applied.framing[at] + applied.framing[side] / 2) / applied.canvas[side]) * size;
    const shift = wanted - middle * scale;
    return { box, size, shift: isPadded ? shift : Math.min(0, Math.max(shift, size - box)) };
  };
  const [across, down] = [axis('width', 'x', stretch), axis('height', 'y', 1)];
  return {
    ...applied,
    canvas: { width: across.size, height: down.size },
    scaleFactor: 1,
    scale: { x: stretch, y: 1 },
    boundingBox: { width: across.box, height: down.box },
    translation: { x: across.shift, y: down.shift },
  };
}

function upscaled(source: ClipSource, template: CanvasTemplate, applied: AppliedTemplate): Finding {
  const sentence = `Canvas template "${template.id}" would enlarge ${source.clip.clipName} by ${applied.scaleFactor.toFixed(3)}; it is delivered in its recorded pixels.`;
  return finding('upscale-refused', subjectOf(source), sentence, {
    template: template.id,
    scaleFactor: applied.scaleFactor,
  });
}

function withoutCanvas(source: ClipSource, fdl: FdlDocument, size: PixelSize): FdlFraming {
  const sizes = (fdl.contexts ?? [])
    .flatMap(({ canvases }) => canvases ?? [])
    .map(({ dimensions: { width, height } }) => `${width}x${height}`);
  const sentence = `The FDL has no framing for ${source.clip.clipName}, which is ${size.width}x${size.height} (canvases: ${[...new Set(sizes)].join(', ') || 'none'}); its full picture is delivered.`;
  const { geometry } = fullSourceGeometry(source);
  return {
    geometry,
    fdl: null,
    findings: [finding('framing-mismatch', subjectOf(source), sentence, { size, sizes })],
  };
}

function undecided(source: ClipSource, fdl: FdlDocument): FdlFraming {
  const ids = (fdl.canvas_templates ?? []).map(({ id }) => id);
  const sentence = `The FDL has ${ids.length} canvas templates (${ids.join(', ')}) and the recipe names none of them; name one in the recipe's framing.`;
  return {
    geometry: null,
    fdl: null,
    findings: [finding('framing-undecided', subjectOf(source), sentence, { templates: ids })],
  };
}

function manyCanvases(source: ClipSource, { width, height }: PixelSize): FdlFraming {
  const sentence = `The FDL frames ${width}x${height} in more than one way and names no clip; give the context of ${source.clip.clipName} a clip_id.`;
  return {
    geometry: null,
    fdl: null,
    findings: [finding('framing-undecided', subjectOf(source), sentence, {})],
  };
}

function subjectOf(source: ClipSource) {
  return { kind: 'clip', id: source.clipId } as const;
}
