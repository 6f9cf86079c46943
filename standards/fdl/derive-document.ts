import { sha256OfCanonical } from '../hash/canonical-json.ts';
import type { AppliedTemplate, PlacedLayer } from './apply-template.ts';
import type { Canvas, CanvasTemplate, FdlDocument, FramingDecision } from './fdl-document.ts';
import type { FoundFraming } from './find-framing.ts';

/** A new canvas to be told of in a document of its own. */
export type DerivedCanvas = {
  source: FoundFraming;
  /** The template that it follows; null where it follows none. */
  template: CanvasTemplate | null;
  applied: AppliedTemplate;
  /** Id of the new canvas, 1 to 32 letters, digits or `_`. */
  canvasId: string;
  creator: string;
};

/**
 * The document of a derived canvas: the source canvas as it was and the new one beside it, in a new context, with the
 * intent and the template that led there. The same derivation gives the same bytes.
 * Source: ASC FDL specification v2.0.1, 7.4; result documents of ascmitc/fdl, Scenarios_For_Implementers.
 */
export function deriveDocument(fdl: FdlDocument, derived: DerivedCanvas): FdlDocument {
  const { source, template, applied, canvasId, creator } = derived;
  const intent = source.decision.framing_intent_id;
  const label = template ? (template.label ?? template.id) : 'as delivered';
  const canvas: Canvas = {
    label: `${label}: ${source.context.label ?? source.canvas.id}`,
    id: canvasId,
    source_canvas_id: source.canvas.id,
    dimensions: applied.canvas,
    effective_dimensions: size(applied.effective),
    effective_anchor_point: point(applied.effective),
    anamorphic_squeeze: applied.squeeze,
    framing_decisions: [decisionOf(derived, intent)],
    _scale_factor: applied.scaleFactor,
    _content_translation: applied.translation,
    _scaled_bounding_box: applied.boundingBox,
  };
  const document: Omit<FdlDocument, 'uuid'> = {
    version: { major: 2, minor: 0 },
    fdl_creator: creator,
    default_framing_intent: intent,
    framing_intents: (fdl.framing_intents ?? []).filter(({ id }) => id === intent),
    contexts: [
      {
        label,
        context_creator: creator,
        ...(source.context.clip_id ? { clip_id: source.context.clip_id } : {}),
        canvases: [...lineage(fdl, source.canvas), canvas],
      },
    ],
    ...(template ? { canvas_templates: [template] } : {}),
  };
  return { uuid: uuidOf(document), ...document } as FdlDocument;
}

/** A canvas after those that it was made of, so that no reference is left dangling. */
function lineage(fdl: FdlDocument, canvas: Canvas): Canvas[] {
  const all = (fdl.contexts ?? []).flatMap(({ canvases }) => canvases ?? []);
  const line = [canvas];
  for (let at = canvas; at.source_canvas_id !== at.id; ) {
    const parent = all.find(({ id }) => id === at.source_canvas_id);
    if (!parent || line.includes(parent)) break;
    line.unshift(parent);
    at = parent;
  }
  return line;
}

/** An id for a canvas that a template makes of another, not among those taken. */
export function canvasIdFor(source: Canvas, suffix: string, taken: ReadonlySet<string>): string {
  const base = `${source.id}_${suffix}`.replace(/[^A-Za-z0-9_]/g, '_').slice(0, 32);
  for (let number = 2, id = base; ; number++) {
    if (!taken.has(id)) return id;
    const ending = `_${number}`;
    id = base.slice(0, 32 - ending.length) + ending;
  }
}

function decisionOf({ source, applied, canvasId }: DerivedCanvas, intent: string): FramingDecision {
  const { label } = source.decision;
  return {
    ...(label === undefined ? {} : { label }),
    id: `${canvasId}-${intent}`,
    framing_intent_id: intent,
    dimensions: size(applied.framing),
    anchor_point: point(applied.framing),
    ...(applied.protection
      ? {
          protection_dimensions: size(applied.protection),
          protection_anchor_point: point(applied.protection),
        }
      : {}),
  };
}

function size({ width, height }: PlacedLayer) {
  return { width, height };
}

function point({ x, y }: PlacedLayer) {
  return { x, y };
}

/** Derived from what the document says. Source: RFC 9562 5.8, version 8. */
function uuidOf(document: unknown): string {
  const hex = sha256OfCanonical(document);
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
