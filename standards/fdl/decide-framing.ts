import type { Canvas, FramingIntent } from './fdl-document.ts';
import { fdlRound, type Rounding } from './round.ts';

/** A framing worked out from an intent, in canvas pixels; protection null where the intent asks for none. */
export type DecidedFraming = {
  dimensions: { width: number; height: number };
  anchor_point: { x: number; y: number };
  protection_dimensions: { width: number; height: number } | null;
  protection_anchor_point: { x: number; y: number } | null;
};

/**
 * The framing of an intent on a canvas: the largest rectangle of its aspect, in square pixels, that the effective area
 * (else the canvas) holds; with protection that rectangle is the protection, and the framing lies inside it. Both are
 * centred on the canvas.
 * Source: ASC FDL specification v2.0.1, 7.3; vectors of ascmitc/fdl, framing/from_intent.
 */
export function decideFraming(
  canvas: Pick<Canvas, 'dimensions' | 'effective_dimensions' | 'anamorphic_squeeze'>,
  intent: Pick<FramingIntent, 'aspect_ratio' | 'protection'>,
  rounding: Rounding,
): DecidedFraming {
  const area = canvas.effective_dimensions ?? canvas.dimensions;
  const squeeze = canvas.anamorphic_squeeze ?? 1;
  const { width: across, height: down } = intent.aspect_ratio;
  const isWider = across * area.height >= down * area.width * squeeze;
  const fit = isWider
    ? { width: area.width, height: (area.width * squeeze * down) / across }
    : { width: (area.height * across) / (down * squeeze), height: area.height };
  const outer = rounded(fit, area, rounding);
  const share = 1 - (intent.protection ?? 0);
  const inner =
    share === 1
      ? outer
      : rounded({ width: outer.width * share, height: outer.height * share }, outer, rounding);
  return {
    dimensions: inner,
    anchor_point: centred(inner, canvas.dimensions),
    protection_dimensions: share === 1 ? null : outer,
    protection_anchor_point: share === 1 ? null : centred(outer, canvas.dimensions),
  };
}

type Size = { width: number; height: number };

/** Rounding up must not leave the area around. */
function rounded({ width, height }: Size, limit: Size, rounding: Rounding): Size {
  return {
    width: Math.min(fdlRound(width, rounding), limit.width),
    height: Math.min(fdlRound(height, rounding), limit.height),
  };
}

function centred(size: Size, canvas: Size): { x: number; y: number } {
  return { x: (canvas.width - size.width) / 2, y: (canvas.height - size.height) / 2 };
}
