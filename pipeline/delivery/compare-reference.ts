import type { ViewedFrame } from '../../engine/engine.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { ReferenceCheck } from '../../schemas/plate-facts.ts';
import { comparePicture } from '../validation/compare-picture.ts';
import { bestSlip, framingOffset, scaleOf } from '../validation/diagnose.ts';
import { colourCause } from '../validation/diagnose-colour.ts';
import type { ComparedPicture } from '../validation/picture.ts';
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
/** A tenth of a percent of an aspect ratio is a rounding, one and a half percent another framing. */
const SAME_ASPECT = 0.015;
/** Two codecs and a scaler stay within these; a fifth of a stop does not. In just noticeable steps, ITU-R BT.2124. */
const MOST_MEAN = 3;
const MOST_P99 = 18;

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
  const isMoved = inPlace && offsetOf([input.views[middle]!, inPlace], mine, theirs, light) !== null;
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
  const offset = offsetOf(originals(a), mine, theirs, light);
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
  const zoom = isFarOff(deltaItp) && offset === null ? scaleOf(a, b) : null;
  const check: ReferenceCheck = {
    file: input.fileName,
    kind: input.isMovie ? 'movie' : 'still',
    frames: compared.map(([x]) => x.frame),
    slipFrames: input.isMovie ? slip : null,
    framingOffset: offset && { x: offset.x * inPlate, y: offset.y * inPlate },
    aspects,
    scale: zoom?.scale ?? null,
    deltaItp,
    agrees: false,
  };
  const findings = findingsOf(input.plateId, check, ...closest(coloured, input.isMovie));
  return { check: { ...check, agrees: findings.length === 0 }, findings };
}

function isFarOff({ mean: average, p99 }: ReferenceCheck['deltaItp']): boolean {
  return average > MOST_MEAN || p99 > MOST_P99;
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

function findingsOf(
  plateId: string,
  check: ReferenceCheck,
  a: ComparedPicture,
  b: ComparedPicture,
): Finding[] {
  const subject = { kind: 'plate', id: plateId } as const;
  const { file, slipFrames, framingOffset: offset, aspects, deltaItp, scale } = check;
  const findings: Finding[] = [];
  if (slipFrames)
    findings.push(
      finding(
        'reference-slipped',
        subject,
        `${plateId} shows what ${file} shows ${Math.abs(slipFrames)} frames ${slipFrames > 0 ? 'later' : 'earlier'}; one of the two has another frame.`,
        { slipFrames },
      ),
    );
  if (Math.abs(aspects.plate / aspects.reference - 1) > SAME_ASPECT)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `${plateId} is ${aspects.plate.toFixed(3)}:1 and ${file} ${aspects.reference.toFixed(3)}:1; what both show in the middle was compared.`,
        { aspects },
      ),
    );
  else if (offset)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `The picture of ${file} lies about ${Math.round(offset.x)},${Math.round(offset.y)} pixels away from that of ${plateId}.`,
        { offset },
      ),
    );
  if (scale !== null)
    findings.push(
      finding(
        'reference-framing-differs',
        subject,
        `${file} shows the picture of ${plateId} ${scale.toFixed(2)} times as large.`,
        { scale },
      ),
    );
  const isFar = isFarOff(deltaItp);
  // A picture that lies elsewhere differs everywhere; that is one fault and not two.
  if (isFar && !offset && scale === null) findings.push(colourFinding(plateId, check, a, b));
  return findings;
}

function colourFinding(
  plateId: string,
  check: ReferenceCheck,
  a: ComparedPicture,
  b: ComparedPicture,
): Finding {
  const { kind, stops, gains, saturation } = colourCause(a, b);
  const cause = {
    exposure: `${stops.toFixed(2)} stops of exposure`,
    'white-balance': `channel gains of ${gains.map((gain) => gain.toFixed(3)).join(', ')}, as another white balance or grade has`,
    'transfer-function': 'dark and bright differ unlike, as another contrast or rendering has',
    range: 'as full range read for legal range has, or the other way',
    saturation: `${saturation.toFixed(2)} times the saturation`,
    channels: 'its colour channels are exchanged',
    colour: 'no simple cause',
  }[kind];
  const { mean: average, p99 } = check.deltaItp;
  const sentence = `Through its AMF ${plateId} differs from ${check.file} by ${average.toFixed(1)} ΔE ITP on average (99 % within ${p99.toFixed(1)}): ${cause}.`;
  return finding('reference-colour-differs', { kind: 'plate', id: plateId }, sentence, {
    deltaItp: check.deltaItp,
    cause: kind,
    stops,
    gains,
  });
}

/** How far the reference lies off, in pixels of the picture at full width: coarse first, then around that. */
function offsetOf(
  [view, other]: readonly [ViewedFrame, ViewedFrame],
  mine: PicturePart,
  theirs: PicturePart,
  light: (picture: ViewedFrame, part: PicturePart, width?: number) => ComparedPicture,
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
