import type {
  Canvas,
  CanvasTemplate,
  FdlDocument,
  FramingDecision,
} from '../../../standards/fdl/fdl-document.ts';

/** An FDL of one context, canvas, framing and template; parts are laid over the defaults. */
export function makeFdl(
  parts: {
    canvas?: Partial<Canvas>;
    decision?: Partial<FramingDecision>;
    template?: Partial<CanvasTemplate> | null;
  } = {},
): FdlDocument {
  const decision: FramingDecision = {
    id: 'CV-FI',
    framing_intent_id: 'FI',
    dimensions: { width: 4096, height: 1716 },
    anchor_point: { x: 0, y: 222 },
    ...parts.decision,
  };
  return {
    uuid: '3E9F94EF-A910-470D-8EC4-B14E551AC6AB',
    version: { major: 2, minor: 0 },
    fdl_creator: 'test',
    default_framing_intent: 'FI',
    framing_intents: [{ id: 'FI', aspect_ratio: { width: 239, height: 100 } }],
    contexts: [
      {
        label: 'A camera',
        canvases: [
          {
            id: 'CV',
            source_canvas_id: 'CV',
            dimensions: { width: 4096, height: 2160 },
            framing_decisions: [decision],
            ...parts.canvas,
          },
        ],
      },
    ],
    ...(parts.template === null
      ? {}
      : {
          canvas_templates: [
            {
              id: 'VFX',
              label: 'VFX pull',
              target_dimensions: { width: 2048, height: 1080 },
              target_anamorphic_squeeze: 1,
              fit_source: 'framing_decision.dimensions',
              fit_method: 'width',
              round: { even: 'even', mode: 'up' },
              ...parts.template,
            },
          ],
        }),
  };
}
