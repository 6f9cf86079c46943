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
  const seen = withoutBorders(input.views);
  const shown = withoutBorders(input.candidates.flat());
  const aspects = { plate: seen.width / seen.height, reference: shown.width / shown.height };
  const aspect = sharedAspect(aspects);
  const [mine, theirs] = [cutToAspect(seen, aspect), cutToAspect(shown, aspect)];
  const light = (picture: ViewedFrame, part: PicturePart, width = WIDTH) =>
    asLight(picture, part, width, Math.max(8, Math.round(width / aspect)));
  const samples = input.views.map((view, k) => ({
    picture: light(view, mine),
    at: new Map(input.candidates[k]!.map((one) => [one.frame, light(one, theirs)])),
  }));
  const middle = Math.floor(samples.length / 2);
  const inPlace = input.candidates[middle]!.find(({ frame }) => frame === 0);
  // What moves across a picture that lies elsewhere looks early or late; the whole picture does not.
  const isMoved = inPlace && liesElsewhere([input.views[middle]!, inPlace], mine, theirs, light);
  const slip = input.isMovie && !isMoved ? bestSlip(samples) : 0;
  const pairs = samples.flatMap(({ picture, at }) => {
    const other = at.get(slip);
    return other ? [[picture, other] as const] : [];
  });
  const [a, b] = closest(pairs, input.isMovie);
  const originals = (picture: ComparedPicture) => {
    const index = samples.findIndex((sample) => sample.picture === picture);
    return [input.views[index]!, input.candidates[index]!.find(({ frame }) => frame === slip)!] as const;
  };
  const moved = offsetOf(originals(a), mine, theirs, light);
  const inPlate = ((mine.width / input.views[0]!.width) * input.plateWidth) / WIDTH;
  const compared = input.isMovie ? pairs : [[a, b] as const];
  const coloured = compared.map(([x]) => {
    const [view, other] = originals(x);
    return [light(view, mine, COLOUR_WIDTH), light(other, theirs, COLOUR_WIDTH)] as const;
  });
  const differences = coloured.map(([x, y]) => comparePicture(x, y).deltaItp);
  const deltaItp = {
    mean: mean(differences.map((one) => one.mean)),
    p99: Math.max(...differences.map((one) => one.p99)),
  };
  // Only what is far off can be another size, and looking for one is dear.
  const isFar = isFarOff(deltaItp);
  const [view, other] = originals(a);
  const both = isFar ? bothOf([view, other], mine, theirs, light) : null;
  const zoom = isFar && moved === null ? scaleOf(a, b) : null;
  const offset = both ?? moved;
  const check: ReferenceCheck = {
    file: input.fileName,
    kind: input.isMovie ? 'movie' : 'still',
    frames: compared.map(([x]) => x.frame),
    slipFrames: input.isMovie ? slip : null,
    framingOffset: offset && { x: offset.x * inPlate, y: offset.y * inPlate },
    aspects,
    scale: both?.scale ?? zoom?.scale ?? null,
    deltaItp,
    agrees: false,
  };
  const findings = findingsOf(input.plateId, check, ...closest(coloured, input.isMovie));
  return { check: { ...check, agrees: findings.length === 0 }, findings };
}

/** Where one shows more than the other, what both show is compared: the wider cut to the narrower. */
function sharedAspect({ plate, reference }: ReferenceCheck['aspects']): number {
  return Math.abs(plate / reference - 1) <= SAME_ASPECT ? plate : Math.min(plate, reference);
}

type Pair = readonly [ComparedPicture, ComparedPicture];

/** The pair of a still is the view that is most like it: nobody says which frame it was taken of. */
function closest(pairs: readonly Pair[], isMovie: boolean): Pair {
  const [first, ...rest] = pairs;
  if (first === undefined) throw new Error('nothing to compare');
  if (isMovie) return pairs[Math.floor(pairs.length / 2)]!;
  const distance = ([x, y]: Pair) => comparePicture(x, y).deltaItp.mean;
  return rest.reduce((best, each) => (distance(each) < distance(best) ? each : best), first);
}

type Lit = (picture: ViewedFrame, part: PicturePart, width?: number) => ComparedPicture;

/** Whether another place, or another place and size, explains why two pictures differ. */
function liesElsewhere(
  pair: readonly [ViewedFrame, ViewedFrame],
  mine: PicturePart,
  theirs: PicturePart,
  light: Lit,
) {
  if (offsetOf(pair, mine, theirs, light) !== null) return true;
  const { deltaItp } = comparePicture(
    light(pair[0], mine, COLOUR_WIDTH),
    light(pair[1], theirs, COLOUR_WIDTH),
  );
  return isFarOff(deltaItp) && bothOf(pair, mine, theirs, light) !== null;
}

function bothOf(
  [view, other]: readonly [ViewedFrame, ViewedFrame],
  mine: PicturePart,
  theirs: PicturePart,
  light: Lit,
): Placement | null {
  const small = [light(view, mine, COARSE_WIDTH), light(other, theirs, COARSE_WIDTH)] as const;
  return scaleAndPlace(small, [light(view, mine), light(other, theirs)]);
}

/** How far the reference lies off, in pixels of the picture at full width: coarse first, then around that. */
function offsetOf(
  [view, other]: readonly [ViewedFrame, ViewedFrame],
  mine: PicturePart,
  theirs: PicturePart,
  light: Lit,
): { x: number; y: number } | null {
  const far = framingOffset(light(view, mine, COARSE_WIDTH), light(other, theirs, COARSE_WIDTH));
  const step = theirs.width / COARSE_WIDTH;
  const moved = far && { ...theirs, x: theirs.x + far.x * step, y: theirs.y + far.y * step };
  const near = framingOffset(light(view, mine), light(other, moved ?? theirs));
  if (far === null) return near;
  const steps = WIDTH / COARSE_WIDTH;
  return { x: far.x * steps + (near?.x ?? 0), y: far.y * steps + (near?.y ?? 0) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
