import type { ViewedFrame } from '../../engine/engine.ts';
import type { Finding } from '../../schemas/finding.ts';
import type { ReferenceCheck } from '../../schemas/plate-facts.ts';
import { comparePicture } from '../validation/compare-picture.ts';
import { bestSlip, framingOffset, scaleOf } from '../validation/diagnose.ts';
import type { ComparedPicture } from '../validation/picture.ts';
import { type Placement, scaleAndPlace } from '../validation/scale-and-place.ts';
import { findingsOf, isFarOff, SAME_ASPECT } from './reference-findings.ts';
import { asLight, cutToAspect, type PicturePart, withoutBorders } from './reference-picture.ts';

/** Views of a plate through its AMF, and what was sent to compare them with. */
export type ReferenceComparison = {
  plateId: string;
  fileName: string;
  /** Views by source frame. */
  views: readonly ViewedFrame[];
  /** Of a movie: the frames around the one where each view should be, `frame` counted from there. Of a still: itself. */
  candidates: readonly (readonly ViewedFrame[])[];
  isMovie: boolean;
  /** Width of the delivered plate, in whose square pixels an offset is told. */
  plateWidth: number;
};

/** Wide enough to see an offset of a thousandth, small enough that codecs and grain average out. */
const WIDTH = 240;
/** A first look, for what lies farther off than the second one reaches. */
const COARSE_WIDTH = 60;
/** Colour is compared where texture, which every scaler and codec keeps in its own way, has averaged out. */
const COLOUR_WIDTH = 64;

/**
 * Compares a plate, seen through its AMF, with the dailies reference of its clip: another frame, another framing, another
 * colour, the simplest cause first. Letterbox and pillarbox are no framing.
 */
export function compareReference(input: ReferenceComparison): { check: ReferenceCheck; findings: Finding[] } {
  const { sides, aspects } = sidesOf(input);
  const slip = input.isMovie ? slipOf(input, sides) : 0;
  const pairs = pairsAt(input, slip);
  const main = mainPair(pairs, input.isMovie, sides);
  const compared = input.isMovie ? pairs : [main];
  const coloured = compared.map((pair) => sides.lit(pair, COLOUR_WIDTH));
  const deltaItp = differenceOf(coloured);
  // Only what is far off can be another size, and looking for one is dear.
  const { offset, scale } = placementOf(main, sides, isFarOff(deltaItp));
  const inPlate = ((sides.plate.width / input.views[0]!.width) * input.plateWidth) / WIDTH;
  const check: ReferenceCheck = {
    file: input.fileName,
    kind: input.isMovie ? 'movie' : 'still',
    frames: compared.map(([view]) => view.frame),
    slipFrames: input.isMovie ? slip : null,
    framingOffset: offset && { x: offset.x * inPlate, y: offset.y * inPlate },
    aspects,
    scale,
    deltaItp,
    agrees: false,
  };
  const findings = findingsOf(input.plateId, check, ...coloured[compared.indexOf(main)]!);
  return { check: { ...check, agrees: findings.length === 0 }, findings };
}

/** A view of the plate, and the picture of the reference it is held against. */
type Pair = readonly [ViewedFrame, ViewedFrame];

/** What both sides show, in the pixels of each, and how it is brought to light at a width. */
type Sides = {
  plate: PicturePart;
  reference: PicturePart;
  view(picture: ViewedFrame, width: number): ComparedPicture;
  /** `moved` takes another part of the reference. */
  other(picture: ViewedFrame, width: number, moved?: PicturePart): ComparedPicture;
  lit(pair: Pair, width: number): [ComparedPicture, ComparedPicture];
};

/** Where one shows more than the other, what both show is compared: the wider cut to the narrower. */
function sidesOf(input: ReferenceComparison): { sides: Sides; aspects: ReferenceCheck['aspects'] } {
  const seen = withoutBorders(input.views);
  const shown = withoutBorders(input.candidates.flat());
  const aspects = { plate: seen.width / seen.height, reference: shown.width / shown.height };
  const isOneAspect = Math.abs(aspects.plate / aspects.reference - 1) <= SAME_ASPECT;
  const aspect = isOneAspect ? aspects.plate : Math.min(aspects.plate, aspects.reference);
  const [plate, reference] = [cutToAspect(seen, aspect), cutToAspect(shown, aspect)];
  const light = (picture: ViewedFrame, part: PicturePart, width: number) =>
    asLight(picture, part, width, Math.max(8, Math.round(width / aspect)));
  const view: Sides['view'] = (picture, width) => light(picture, plate, width);
  const other: Sides['other'] = (picture, width, moved = reference) => light(picture, moved, width);
  const lit: Sides['lit'] = (pair, width) => [view(pair[0], width), other(pair[1], width)];
  return { sides: { plate, reference, view, other, lit }, aspects };
}

/** Each view with the picture that stands `slip` frames later than where it should; those that have one. */
function pairsAt({ views, candidates }: ReferenceComparison, slip: number): Pair[] {
  return views.flatMap((view, k) => {
    const other = candidates[k]!.find(({ frame }) => frame === slip);
    return other ? [[view, other] as const] : [];
  });
}

/** How many frames later the reference shows what the plate shows. */
function slipOf(input: ReferenceComparison, sides: Sides): number {
  const { views, candidates } = input;
  const middle = Math.floor(views.length / 2);
  const inPlace = candidates[middle]!.find(({ frame }) => frame === 0);
  // What moves across a picture that lies elsewhere looks early or late; the whole picture does not.
  if (inPlace && liesElsewhere([views[middle]!, inPlace], sides)) return 0;
  return bestSlip(
    views.map((view, k) => ({
      picture: sides.view(view, WIDTH),
      at: new Map(candidates[k]!.map((one) => [one.frame, sides.other(one, WIDTH)])),
    })),
  );
}

/** The middle pair of a movie; of a still the view that is most like it: nobody says which frame it was taken of. */
function mainPair(pairs: readonly Pair[], isMovie: boolean, sides: Sides): Pair {
  if (pairs.length === 0) throw new Error('nothing to compare');
  if (isMovie || pairs.length === 1) return pairs[Math.floor(pairs.length / 2)]!;
  const distances = pairs.map((pair) => comparePicture(...sides.lit(pair, WIDTH)).deltaItp.mean);
  return pairs[distances.indexOf(Math.min(...distances))]!;
}

function differenceOf(coloured: readonly [ComparedPicture, ComparedPicture][]): ReferenceCheck['deltaItp'] {
  const differences = coloured.map((pair) => comparePicture(...pair).deltaItp);
  return {
    mean: differences.reduce((sum, one) => sum + one.mean, 0) / differences.length,
    p99: Math.max(...differences.map((one) => one.p99)),
  };
}

/** Where the reference lies against the plate and how large, in pixels of `WIDTH`; null for what is as it should be. */
function placementOf(
  pair: Pair,
  sides: Sides,
  isFar: boolean,
): { offset: { x: number; y: number } | null; scale: number | null } {
  const moved = offsetOf(pair, sides);
  if (!isFar) return { offset: moved, scale: null };
  const both = scaledAndPlaced(pair, sides);
  if (both) return { offset: both, scale: both.scale };
  return { offset: moved, scale: moved ? null : (scaleOf(...sides.lit(pair, WIDTH))?.scale ?? null) };
}

/** Whether another place, or another place and size, explains why two pictures differ. */
function liesElsewhere(pair: Pair, sides: Sides): boolean {
  if (offsetOf(pair, sides) !== null) return true;
  const { deltaItp } = comparePicture(...sides.lit(pair, COLOUR_WIDTH));
  return isFarOff(deltaItp) && scaledAndPlaced(pair, sides) !== null;
}

function scaledAndPlaced(pair: Pair, sides: Sides): Placement | null {
  return scaleAndPlace(sides.lit(pair, COARSE_WIDTH), sides.lit(pair, WIDTH));
}

/** How far the reference lies off, in pixels of the picture at full width: coarse first, then around that. */
function offsetOf(pair: Pair, sides: Sides): { x: number; y: number } | null {
  const far = framingOffset(...sides.lit(pair, COARSE_WIDTH));
  if (far === null) return framingOffset(...sides.lit(pair, WIDTH));
  const { reference } = sides;
  const step = reference.width / COARSE_WIDTH;
  const moved = { ...reference, x: reference.x + far.x * step, y: reference.y + far.y * step };
  const near = framingOffset(sides.view(pair[0], WIDTH), sides.other(pair[1], WIDTH, moved));
  const steps = WIDTH / COARSE_WIDTH;
  return { x: far.x * steps + (near?.x ?? 0), y: far.y * steps + (near?.y ?? 0) };
}
