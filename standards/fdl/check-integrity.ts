import type { FindingCode } from '../../schemas/finding.ts';
import type { Canvas, CanvasTemplate, FdlDocument, FramingDecision } from './fdl-document.ts';

type Add = (code: FindingCode, sentence: string) => void;
type Rectangle = { x: number; y: number; width: number; height: number };

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Sizes and anchors are doubles; what differs by less is equal. */
const TOLERANCE = 1e-6;

/** Reports what the schema cannot say: double ids, dangling references, layers that leave the layer around them. */
export function checkIntegrity(fdl: FdlDocument, add: Add): void {
  if (!UUID.test(fdl.uuid)) add('document-irregular', `the uuid "${fdl.uuid}" is not of the form of a UUID.`);
  const intents = (fdl.framing_intents ?? []).map((intent) => intent.id);
  const canvases = (fdl.contexts ?? []).flatMap((context) => context.canvases ?? []);
  once(intents, 'framing intent', add);
  once(
    (fdl.canvas_templates ?? []).map((template) => template.id),
    'canvas template',
    add,
  );
  if (fdl.default_framing_intent !== undefined && !intents.includes(fdl.default_framing_intent)) {
    add(
      'document-invalid',
      `default_framing_intent is "${fdl.default_framing_intent}", which is no framing intent of the document.`,
    );
  }
  for (const intent of fdl.framing_intents ?? []) {
    if ((intent.protection ?? 0) > 1)
      add(
        'document-invalid',
        `framing intent "${intent.id}" protects ${intent.protection}, expected 0 to 1.`,
      );
  }
  once(
    canvases.map(({ id }) => id),
    'canvas',
    add,
  );
  const ids = new Set(canvases.map(({ id }) => id));
  for (const canvas of canvases) checkCanvas(canvas, ids, new Set(intents), add);
  for (const template of fdl.canvas_templates ?? []) checkTemplate(template, add);
}

function once(ids: string[], what: string, add: Add): void {
  const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  for (const id of repeated) add('document-invalid', `two of kind ${what} have the id "${id}".`);
}

function checkCanvas(canvas: Canvas, canvasIds: Set<string>, intents: Set<string>, add: Add): void {
  const at = `canvas "${canvas.id}"`;
  if (!canvasIds.has(canvas.source_canvas_id)) {
    add(
      'document-invalid',
      `${at}: source_canvas_id is "${canvas.source_canvas_id}", which is no canvas of the document.`,
    );
  }
  const whole = { x: 0, y: 0, ...plain(canvas.dimensions) };
  const effective = canvas.effective_dimensions
    ? { ...plain(canvas.effective_dimensions), ...point(canvas.effective_anchor_point) }
    : whole;
  within(effective, whole, `${at}: the effective area`, 'the canvas', add);
  const decisions = canvas.framing_decisions ?? [];
  once(
    decisions.map(({ id }) => id),
    `framing decision on ${at}`,
    add,
  );
  for (const decision of decisions) checkDecision(decision, canvas, effective, intents, add);
}

function checkDecision(
  decision: FramingDecision,
  canvas: Canvas,
  effective: Rectangle,
  intents: Set<string>,
  add: Add,
): void {
  const at = `framing decision "${decision.id}"`;
  const expected = `${canvas.id}-${decision.framing_intent_id}`;
  if (decision.id !== expected)
    add('document-invalid', `${at}: the id must be "${expected}", of its canvas and its intent.`);
  if (!intents.has(decision.framing_intent_id)) {
    add(
      'document-invalid',
      `${at}: framing_intent_id is "${decision.framing_intent_id}", which is no framing intent of the document.`,
    );
  }
  const framing = { ...plain(decision.dimensions), ...point(decision.anchor_point) };
  const { protection_dimensions: size, protection_anchor_point: anchor } = decision;
  const protection = size ? { ...plain(size), ...point(anchor) } : null;
  if (protection)
    within(protection, effective, `${at}: the protection`, 'the effective area of its canvas', add);
  within(
    framing,
    protection ?? effective,
    `${at}: the framing`,
    protection ? 'its protection' : 'the effective area of its canvas',
    add,
  );
}

function checkTemplate(template: CanvasTemplate, add: Add): void {
  const at = `canvas template "${template.id}"`;
  const { width, height } = template.target_dimensions;
  if (template.target_anamorphic_squeeze === 0) {
    add(
      'document-irregular',
      `${at}: target_anamorphic_squeeze is 0; the specification means the source's squeeze by it, the schema forbids it.`,
    );
  }
  if (template.pad_to_maximum && !template.maximum_dimensions) {
    add('document-irregular', `${at}: pad_to_maximum has no maximum_dimensions to pad to and does nothing.`);
  }
  const needed = { width: [width], height: [height], fit_all: [width, height], fill: [width, height] }[
    template.fit_method
  ];
  if (needed.includes(0))
    add('document-invalid', `${at}: a target of 0 cannot be fitted by "${template.fit_method}".`);
}

/**
 * A layer must not begin before the layer around it nor be larger; where it only runs over the far edge the reference
 * validator is silent and a template crops it, so that is a warning.
 */
function within(inner: Rectangle, outer: Rectangle, what: string, where: string, add: Add): void {
  const startsInside = inner.x >= outer.x - TOLERANCE && inner.y >= outer.y - TOLERANCE;
  const fits = inner.width <= outer.width + TOLERANCE && inner.height <= outer.height + TOLERANCE;
  const sentence = `${what} (${describe(inner)}) is not within ${where} (${describe(outer)}).`;
  if (!startsInside || !fits) add('document-invalid', sentence);
  else if (
    inner.x + inner.width > outer.x + outer.width + TOLERANCE ||
    inner.y + inner.height > outer.y + outer.height + TOLERANCE
  ) {
    add('document-irregular', sentence);
  }
}

function plain({ width, height }: { width: number; height: number }) {
  return { width, height };
}

function point(anchor: { x: number; y: number } | undefined) {
  return { x: anchor?.x ?? 0, y: anchor?.y ?? 0 };
}

function describe({ x, y, width, height }: Rectangle): string {
  return `${width}x${height} at ${x}, ${y}`;
}
