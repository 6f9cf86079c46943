import type { PictureDifference, Spread } from './compare-picture.ts';
import { type DetailCause, detailCause } from './detail.ts';
import { turned } from './diagnose.ts';
import { type ColourCause, colourCause } from './diagnose-colour.ts';
import { unexplainedByColour } from './explain-colour.ts';
import { type Fault, fault } from './fault.ts';
import type { ComparedPicture } from './picture.ts';
import { type Place, placeOf } from './place.ts';

/** What the difference of a pair may come from, and what each leaves unexplained, 0 to 1. */
export type Causes = {
  isBlack: boolean;
  byColour: number;
  way: ReturnType<typeof turned>;
  place: Place | null;
};

/** Looks for every cause of a difference. */
export function causesOf(x: ComparedPicture, y: ComparedPicture): Causes {
  const isBlack = brightest(y) < BLACK && brightest(x) > 100 * BLACK;
  if (isBlack) return { isBlack, byColour: 0, way: null, place: null };
  return { isBlack, byColour: unexplainedByColour(x, y), way: turned(x, y), place: placeOf(x, y) };
}

/** No light of a scene is this dark everywhere. */
const BLACK = 1e-4;

function brightest({ pixels }: ComparedPicture): number {
  return pixels.reduce((most, value) => Math.max(value, most), 0);
}

/** The fault of one frame by itself: whichever cause leaves the least. */
export function pictureFault(
  x: ComparedPicture,
  y: ComparedPicture,
  { deltaItp, codeValues }: PictureDifference,
  { isBlack, byColour, way, place }: Causes,
): Fault {
  if (isBlack) return fault('black', x.frame, 'the picture of the second set is black', { deltaItp });
  const least = Math.min(byColour, ...[way, place].flatMap((each) => each?.unexplained ?? []));
  if (way?.unexplained === least)
    return fault('orientation', x.frame, `the picture is ${way.way}`, { ...way, deltaItp });
  if (place?.unexplained === least) return placeFault(x.frame, place, deltaItp);
  const detail = detailCause(x, y);
  if (detail) return detailFault(x.frame, detail, deltaItp, codeValues);
  const cause = colourCause(x, y);
  const text = `the light differs by up to ${deltaItp.max.toFixed(2)} ΔE ITP (99 % within ${deltaItp.p99.toFixed(2)}): ${inWords(cause)}`;
  return fault(cause.kind, x.frame, text, { ...cause, deltaItp, codeValues });
}

function detailFault(frame: number, cause: DetailCause, deltaItp: Spread, codeValues: Spread): Fault {
  const apart = `the pictures agree in the large and differ in detail by up to ${deltaItp.max.toFixed(2)} ΔE ITP`;
  const why =
    cause.kind === 'quantization'
      ? `the second has ${cause.levels[1]} values where the first has ${cause.levels[0]}, as fewer bits leave`
      : cause.kind === 'colour-detail'
        ? 'in colour and hardly in light, as chroma subsampling leaves'
        : `everywhere, as another grain, noise reduction or sharpness has: ${Math.round(100 * cause.energy)} % of the fine detail of the first`;
  return fault(cause.kind, frame, `${apart}: ${why}`, { ...cause, deltaItp, codeValues });
}

function placeFault(frame: number, { x, y, scaleX, scaleY, unexplained }: Place, deltaItp: Spread): Fault {
  if (scaleX === 1 && scaleY === 1) {
    const text = `the picture lies ${x},${y} pixels away from where it should`;
    return fault('framing-offset', frame, text, { x, y, unexplained, deltaItp });
  }
  const percent = (scale: number) => (100 * scale).toFixed(1);
  const text =
    scaleX === scaleY
      ? `the picture shows things ${percent(scaleX)} % as large: cropped where it should be scaled, or the other way`
      : `the picture shows things ${percent(scaleX)} % as wide and ${percent(scaleY)} % as high: desqueezed on one side only`;
  return fault('framing-scale', frame, text, { scale: scaleX, scaleX, scaleY, unexplained, deltaItp });
}

function inWords({ kind, stops, gains, slope, saturation, primaries }: ColourCause): string {
  const words: Record<ColourCause['kind'], string> = {
    exposure: `${stops.toFixed(2)} stops of exposure`,
    'white-balance': `channel gains ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance has`,
    'transfer-function': `dark and bright differ unlike, as another transfer function does, or a gamma of ${slope.toFixed(2)}`,
    range: 'full range read as legal range, or the other way',
    saturation: `saturation of ${saturation.toFixed(2)}`,
    channels: 'channels are swapped',
    primaries: primaries
      ? `as where ${primaries.coded} was taken for ${primaries.readAs}`
      : 'grey agrees and colours do not, as with other primaries',
    colour: 'no simple cause',
  };
  return words[kind];
}
