import { alignedPair } from './aligned-pair.ts';
import { comparePicture, type PictureDifference, type Spread } from './compare-picture.ts';
import { type DetailCause, detailCause } from './detail.ts';
import { type ColourCause, colourCause } from './diagnose-colour.ts';
import { type Fault, fault } from './fault.ts';
import type { ComparedPicture } from './picture.ts';
import { kindOf, type ProvenPlace, provenPlace } from './proven-place.ts';

/** What the difference of a pair may come from, each with what is left of the difference when it is undone, 0 to 1. */
export type Causes = { isBlack: boolean; colour: ColourCause; place: ProvenPlace | null };

/** No light of a scene is this dark everywhere. */
const BLACK = 1e-4;
/** A cause outdoes another that leaves so many times as much. */
const OUTDONE = 2;

/** Looks for every cause of a difference. @param isCoarse both were read through a coding of few bits */
export function causesOf(x: ComparedPicture, y: ComparedPicture, isCoarse: boolean): Causes {
  const isBlack = brightest(y) < BLACK && brightest(x) > 100 * BLACK;
  return { isBlack, colour: colourCause(x, y, isCoarse), place: isBlack ? null : provenPlace(x, y) };
}

function brightest({ pixels }: ComparedPicture): number {
  return pixels.reduce((most, value) => Math.max(value, most), 0);
}

/** What the best cause leaves; null where it is one that no other frame could outdo. */
export function leftOver({ isBlack, colour, place }: Causes): number {
  return isBlack ? 0 : Math.min(colour.unexplained, place?.unexplained ?? 1);
}

/**
 * The faults of one frame by itself. A cause is named when undoing it leaves next to nothing, and no other cause explains
 * as much; else what was measured is told, and that the cause is not known.
 */
export function pictureFaults(
  x: ComparedPicture,
  y: ComparedPicture,
  { deltaItp, codeValues }: PictureDifference,
  { isBlack, colour, place }: Causes,
): Fault[] {
  if (isBlack) return [fault('black', x.frame, 'the picture of the second set is black', { deltaItp })];
  const isColour = isNamed(colour) && !(place && OUTDONE * place.unexplained < colour.unexplained);
  if (place?.isClear && !place.rival && OUTDONE * place.unexplained < colour.unexplained)
    return placeFaults(x, y, place, deltaItp);
  const apart = `the light differs by up to ${deltaItp.max.toFixed(2)} ΔE ITP (99 % within ${deltaItp.p99.toFixed(2)})`;
  const told = (code: Fault['code'], words: string) => [
    fault(code, x.frame, `${apart}: ${words}`, { ...colour, deltaItp, codeValues }),
  ];
  if (isColour && !(place && place.unexplained < OUTDONE * colour.unexplained && place.isClear))
    return told(colour.kind, colour.words);
  const detail = detailCause(x, y);
  const isDetail = detail?.kind === 'quantization' || colour.kind === 'unexplained';
  if (detail && isDetail && !place?.isClear) return [detailFault(x.frame, detail, deltaItp, codeValues)];
  if (place && !place.rival && colour.unexplained > place.unexplained)
    return placeFaults(x, y, place, deltaItp);
  if (colour.kind === 'colour' && !place) return told('colour', colour.words);
  return told('unexplained', unknownWords(place, colour));
}

function isNamed({ kind }: ColourCause): boolean {
  return kind !== 'colour' && kind !== 'unexplained';
}

function unknownWords(place: ProvenPlace | null, colour: ColourCause): string {
  const could = [
    ...(place ? [placeWords(place), ...(place.rival ? [placeWords(place.rival)] : [])] : []),
    ...(colour.kind === 'unexplained' ? [] : [colour.words]),
  ];
  return could.length === 0
    ? 'none of the causes that are looked for explains it'
    : `the cause is not certain: ${could.join('; or: ')}`;
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

/** Codes: a level between two pictures that lie rightly on each other. */
const ANOTHER_LEVEL = 2;

/** The place, and what is wrong with the light besides, where the pictures lie on each other. */
function placeFaults(x: ComparedPicture, y: ComparedPicture, place: ProvenPlace, deltaItp: Spread): Fault[] {
  const { turn, scaleX, scaleY, unexplained } = place;
  const technical =
    turn !== 'upright'
      ? { way: turn, unexplained, deltaItp }
      : kindOf(place) === 'framing-offset'
        ? { x: place.x, y: place.y, unexplained, deltaItp }
        : { scale: scaleX, scaleX, scaleY, unexplained, deltaItp };
  const own = fault(kindOf(place), x.frame, placeWords(place), technical);
  const aligned = alignedPair(x, y, place);
  const left = comparePicture(aligned.a, aligned.b);
  if (left.codeValues.mean < ANOTHER_LEVEL) return [own];
  const colour = colourCause(aligned.a, aligned.b);
  if (!isNamed(colour)) return [own];
  const text = `where both show the same, the light differs besides: ${colour.words}`;
  return [
    own,
    fault(colour.kind, x.frame, text, { ...colour, deltaItp: left.deltaItp, codeValues: left.codeValues }),
  ];
}

function placeWords({ x, y, scaleX, scaleY, turn }: ProvenPlace | NonNullable<ProvenPlace['rival']>): string {
  if (turn !== 'upright') return `the picture is ${turn}`;
  if (scaleX === 1 && scaleY === 1) return `the picture lies ${x},${y} pixels away from where it should`;
  const percent = (scale: number) => (100 * scale).toFixed(1);
  return scaleX === scaleY
    ? `the picture shows things ${percent(scaleX)} % as large: cropped where it should be scaled, or the other way`
    : `the picture shows things ${percent(scaleX)} % as wide and ${percent(scaleY)} % as high: desqueezed on one side only`;
}
