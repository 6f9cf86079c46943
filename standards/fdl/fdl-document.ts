import { z } from 'zod';

/**
 * An object of the FDL: unknown members are errors unless they begin with `_`, which are a user's own and are kept.
 * Source: ASC FDL specification v2.0.1, section 7; ascfdl.schema.json v2.0.1, patternProperties.
 */
function fdlObject<T extends z.ZodRawShape>(shape: T) {
  return z.looseObject(shape).superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      if (key in shape || key.startsWith('_')) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: 'is not a member of ASC FDL; own members begin with "_"',
      });
    }
  });
}

const FdlId = z.string().regex(/^[A-Za-z0-9_]{1,32}$/, 'must be 1 to 32 letters, digits or "_"');
const DecisionId = z
  .string()
  .regex(/^[A-Za-z0-9_]+-[A-Za-z0-9_]+$/, 'must be <canvas id>-<framing intent id>')
  .max(65);

const Pixels = z.int().positive();
const IntegerSize = fdlObject({ width: Pixels, height: Pixels });
const Size = fdlObject({ width: z.number().positive(), height: z.number().positive() });
const Point = fdlObject({ x: z.number().nonnegative(), y: z.number().nonnegative() });

/** An intended aspect ratio; `protection` is the part of the frame that is kept around it, 0 to 1. */
export const FramingIntent = fdlObject({
  label: z.string().optional(),
  id: FdlId,
  aspect_ratio: IntegerSize,
  protection: z.number().nonnegative().optional(),
});
export type FramingIntent = z.infer<typeof FramingIntent>;

/** A framing on a canvas. Anchors run from the canvas' top left, in canvas pixels. */
export const FramingDecision = fdlObject({
  label: z.string().optional(),
  id: DecisionId,
  framing_intent_id: FdlId,
  dimensions: Size,
  anchor_point: Point,
  protection_dimensions: Size.optional(),
  protection_anchor_point: Point.optional(),
}).refine((d) => !d.protection_dimensions || d.protection_anchor_point, {
  path: ['protection_anchor_point'],
  message: 'is needed where protection_dimensions are given',
});
export type FramingDecision = z.infer<typeof FramingDecision>;

/** A coordinate system of pixels, with its framings. */
export const Canvas = fdlObject({
  label: z.string().optional(),
  id: FdlId,
  source_canvas_id: FdlId,
  dimensions: IntegerSize,
  effective_dimensions: IntegerSize.optional(),
  effective_anchor_point: Point.optional(),
  photosite_dimensions: IntegerSize.optional(),
  physical_dimensions: Size.optional(),
  anamorphic_squeeze: z.number().positive().optional(),
  framing_decisions: z.array(FramingDecision).optional(),
}).refine((c) => !c.effective_dimensions || c.effective_anchor_point, {
  path: ['effective_anchor_point'],
  message: 'is needed where effective_dimensions are given',
});
export type Canvas = z.infer<typeof Canvas>;

const Sequence = fdlObject({
  value: z.string(),
  idx: z.string().length(1),
  min: z.int().nonnegative(),
  max: z.int().nonnegative(),
});

/** A group of canvases; `clip_id` ties it to one clip. */
export const Context = fdlObject({
  label: z.string().optional(),
  context_creator: z.string().optional(),
  clip_id: fdlObject({ clip_name: z.string(), file: z.string().optional(), sequence: Sequence.optional() })
    .refine((c) => c.file === undefined || c.sequence === undefined, {
      message: 'names a file or a sequence, not both',
    })
    .optional(),
  canvases: z.array(Canvas).optional(),
});
export type Context = z.infer<typeof Context>;

const Layer = z.enum([
  'framing_decision.dimensions',
  'framing_decision.protection_dimensions',
  'canvas.dimensions',
  'canvas.effective_dimensions',
]);

/** How a template rounds the new canvas; both parts must be given where one is. */
export const Round = fdlObject({ even: z.enum(['whole', 'even']), mode: z.enum(['up', 'down', 'round']) });
export type Round = z.infer<typeof Round>;

/** How a framing becomes a canvas of its own. A target of 0 leaves that axis free; a squeeze of 0 keeps the source's. */
export const CanvasTemplate = fdlObject({
  label: z.string().optional(),
  id: FdlId,
  target_dimensions: fdlObject({ width: z.int().nonnegative(), height: z.int().nonnegative() }),
  target_anamorphic_squeeze: z.number().nonnegative(),
  fit_source: Layer,
  fit_method: z.enum(['width', 'height', 'fit_all', 'fill']),
  alignment_method_vertical: z.enum(['top', 'center', 'bottom']).optional(),
  alignment_method_horizontal: z.enum(['left', 'center', 'right']).optional(),
  preserve_from_source_canvas: Layer.optional(),
  maximum_dimensions: IntegerSize.optional(),
  pad_to_maximum: z.boolean().optional(),
  round: Round.optional(),
});
export type CanvasTemplate = z.infer<typeof CanvasTemplate>;

/** An ASC Framing Decision List, version 2.0. */
export const FdlDocument = fdlObject({
  uuid: z.string().describe('a UUID; the schema only annotates its form'),
  version: fdlObject({
    major: z.literal(2, { error: 'must be 2: only version 2.0 is read' }),
    minor: z.literal(0, { error: 'must be 0: only version 2.0 is read' }),
  }),
  fdl_creator: z.string().optional(),
  default_framing_intent: FdlId.optional(),
  framing_intents: z.array(FramingIntent).optional(),
  contexts: z.array(Context).optional(),
  canvas_templates: z.array(CanvasTemplate).optional(),
});
export type FdlDocument = z.infer<typeof FdlDocument>;
