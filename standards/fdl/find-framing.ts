import { PipelineError } from '../../schemas/failure.ts';
import { decideFraming } from './decide-framing.ts';
import type { Canvas, CanvasTemplate, Context, FdlDocument, FramingDecision } from './fdl-document.ts';
import { DEFAULT_ROUNDING } from './round.ts';

/** A framing decision with all that it stands in. */
export type FoundFraming = { context: Context; canvas: Canvas; decision: FramingDecision };

/** What a person names to point at a framing; what is left out must be the only one. */
export type FramingQuery = { context?: string; canvas?: string; decision?: string };

/** The template of that id. @throws PipelineError not-found, with the ids there are */
export function findTemplate(fdl: FdlDocument, id: string): CanvasTemplate {
  const templates = fdl.canvas_templates ?? [];
  const found = templates.find((template) => template.id === id);
  if (found) return found;
  const ids = templates.map((template) => template.id);
  throw new PipelineError(
    'not-found',
    `The FDL has no canvas template "${id}". Templates: ${ids.join(', ') || 'none'}.`,
    { id, ids },
  );
}

/**
 * The one framing that is meant. On a canvas with several framings and none named, that of the default framing intent.
 * @throws PipelineError not-found when nothing fits, input-invalid when several do, with what to choose from
 */
export function findFraming(fdl: FdlDocument, query: FramingQuery): FoundFraming {
  const contexts = (fdl.contexts ?? []).filter(
    ({ label }) => query.context === undefined || label === query.context,
  );
  const canvases = contexts.flatMap((context) =>
    (context.canvases ?? []).map((canvas) => ({ context, canvas })),
  );
  const holders = canvases
    .filter(({ canvas }) => query.canvas === undefined || canvas.id === query.canvas)
    .filter(
      ({ canvas }) =>
        query.decision === undefined || decisionsOn(fdl, canvas).some(({ id }) => id === query.decision),
    );
  const choice = only(
    holders,
    'canvas',
    ({ context, canvas }) => `${canvas.id} (context ${context.label ?? 'without label'})`,
    query,
  );
  const decisions = decisionsOn(fdl, choice.canvas);
  const named = decisions.filter(({ id }) => query.decision === undefined || id === query.decision);
  const preferred = named.filter((decision) => decision.framing_intent_id === fdl.default_framing_intent);
  const decision = only(
    preferred.length === 1 ? preferred : named,
    'framing decision',
    ({ id }) => id,
    query,
  );
  return { ...choice, decision };
}

/**
 * The framing decisions on a canvas; on one without any, those that the document's intents mean there.
 * Source: ASC FDL specification v2.0.1, 7.3: an intent becomes a decision on the canvas that it is laid on.
 */
export function decisionsOn(fdl: FdlDocument, canvas: Canvas): FramingDecision[] {
  const own = canvas.framing_decisions ?? [];
  if (own.length > 0) return own;
  return (fdl.framing_intents ?? []).map((intent) => {
    const {
      protection_dimensions: size,
      protection_anchor_point: anchor,
      ...framing
    } = decideFraming(canvas, intent, DEFAULT_ROUNDING);
    return {
      id: `${canvas.id}-${intent.id}`,
      framing_intent_id: intent.id,
      ...framing,
      ...(size && anchor ? { protection_dimensions: size, protection_anchor_point: anchor } : {}),
    };
  });
}

function only<T>(found: T[], what: string, name: (one: T) => string, query: FramingQuery): T {
  if (found.length === 1) return found[0]!;
  const names = found.map(name);
  if (found.length === 0)
    throw new PipelineError('not-found', `The FDL has no ${what} that was asked for.`, { ...query });
  throw new PipelineError(
    'input-invalid',
    `The FDL has ${found.length} of ${what}; name one: ${names.join(', ')}.`,
    { ...query, names },
  );
}
