import type { Geometry, PixelSize } from '../../schemas/segment-job.ts';
import type { AppliedTemplate } from '../../standards/fdl/apply-template.ts';
import type { FoundFraming } from '../../standards/fdl/find-framing.ts';
import { asFraction } from './squeeze.ts';

/** Crop and scale in whole pixels, nearest to the exact ones; the squeeze that is left goes into the pixel aspect. */
export function pixelGeometry(source: PixelSize, applied: AppliedTemplate): Geometry {
  const across = axis(
    source.width,
    applied.canvas.width,
    applied.boundingBox.width,
    applied.origin.x,
    applied.translation.x,
    applied.scale.x,
  );
  const down = axis(
    source.height,
    applied.canvas.height,
    applied.boundingBox.height,
    applied.origin.y,
    applied.translation.y,
    applied.scale.y,
  );
  const isScaled = across.crop !== across.scaled || down.crop !== down.scaled;
  const isPadded = across.scaled !== applied.canvas.width || down.scaled !== applied.canvas.height;
  return {
    source,
    crop: { x: across.start, y: down.start, width: across.crop, height: down.crop },
    scale: isScaled ? { width: across.scaled, height: down.scaled } : null,
    canvas: isPadded ? { ...applied.canvas, x: across.place, y: down.place } : null,
    pixelAspectRatio: asFraction(applied.squeeze),
  };
}

type PixelAxis = { start: number; crop: number; scaled: number; place: number };

/** What of the source is seen through the new canvas, along one axis. */
function axis(
  source: number,
  canvas: number,
  box: number,
  origin: number,
  translation: number,
  scale: number,
): PixelAxis {
  const seenFrom = Math.max(0, translation);
  const seenTo = Math.min(canvas, translation + box);
  const isWhole = seenFrom < 1 && canvas - seenTo < 1;
  const place = isWhole ? 0 : Math.round(seenFrom);
  const scaled = isWhole ? canvas : Math.min(canvas - place, Math.max(1, Math.round(seenTo - seenFrom)));
  const crop = Math.min(source, Math.max(1, Math.round(scaled / scale)));
  const start = Math.min(source - crop, Math.max(0, Math.round(origin + (place - translation) / scale)));
  // A canvas rounded up past the edge of the source is padded by that pixel, never stretched over it.
  const isUnscaled = Math.abs(scale - 1) < 1e-9;
  return { start, crop, scaled: isUnscaled ? crop : scaled, place };
}

/** The layers where the whole-pixel crop and scale really put them. */
export function asRendered(
  { canvas, decision }: FoundFraming,
  applied: AppliedTemplate,
  geometry: Geometry,
): AppliedTemplate {
  const picture = geometry.scale ?? geometry.crop;
  const at = geometry.canvas ?? { x: 0, y: 0 };
  const scale = { x: picture.width / geometry.crop.width, y: picture.height / geometry.crop.height };
  const size = geometry.canvas ?? picture;
  const map = (
    anchor: { x: number; y: number },
    extent: { width: number; height: number },
    limit: { x: number; y: number; width: number; height: number },
  ) => {
    const left = Math.max(limit.x, (anchor.x - geometry.crop.x) * scale.x + at.x);
    const top = Math.max(limit.y, (anchor.y - geometry.crop.y) * scale.y + at.y);
    const right = Math.min(
      limit.x + limit.width,
      (anchor.x + extent.width - geometry.crop.x) * scale.x + at.x,
    );
    const bottom = Math.min(
      limit.y + limit.height,
      (anchor.y + extent.height - geometry.crop.y) * scale.y + at.y,
    );
    return { x: left, y: top, width: right - left, height: bottom - top };
  };
  const effective = { x: at.x, y: at.y, width: picture.width, height: picture.height };
  const protection =
    applied.protection && decision.protection_dimensions && decision.protection_anchor_point
      ? map(decision.protection_anchor_point, decision.protection_dimensions, effective)
      : null;
  return {
    ...applied,
    canvas: { width: size.width, height: size.height },
    effective,
    protection,
    framing: map(decision.anchor_point, decision.dimensions, protection ?? effective),
    scaleFactor: scale.y,
    scale,
    boundingBox: { width: canvas.dimensions.width * scale.x, height: canvas.dimensions.height * scale.y },
    translation: { x: at.x - geometry.crop.x * scale.x, y: at.y - geometry.crop.y * scale.y },
    origin: { x: 0, y: 0 },
  };
}
