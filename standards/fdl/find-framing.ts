import { PipelineError } from '../../schemas/failure.ts';
import type { Canvas, CanvasTemplate, Context, FdlDocument, FramingDecision } from './fdl-document.ts';

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
        query.decision === undefined || decisionsOf(canvas).some(({ id }) => id === query.decision),
    );
  const choice = only(
    holders,
    'canvas',
    ({ context, canvas }) => `${canvas.id} (context ${context.label ?? 'without label'})`,
    query,
  );
  const decisions = decisionsOf(choice.canvas);
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

function decisionsOf(canvas: Canvas): FramingDecision[] {
  return canvas.framing_decisions ?? [];
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
