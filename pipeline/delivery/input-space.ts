import { type ClipSource, numberField, textField } from './clip-source.ts';

/** A recorded transfer function and, where it decides, recorded primaries, with the config's name for the pair. */
type Row = { transfer: RegExp; primaries: RegExp | null; space: string };

/** Spellings are compared without blanks, hyphens, dots and underscores, in lower case. Names: the pinned studio config. */
const SPACES: readonly Row[] = [
  { transfer: /^(arri)?logc4$/, primaries: null, space: 'ARRI LogC4' },
  { transfer: /^(arri)?logc3?(ei800)?$/, primaries: null, space: 'ARRI LogC3 (EI800)' },
  { transfer: /^slog3$/, primaries: /^(venice)?sgamut3cine$/, space: 'S-Log3 S-Gamut3.Cine' },
  { transfer: /^slog3$/, primaries: /^sgamut3$/, space: 'S-Log3 S-Gamut3' },
  { transfer: /^log3g10$/, primaries: null, space: 'Log3G10 REDWideGamutRGB' },
  { transfer: /^canonlog2$|^clog2$/, primaries: null, space: 'CanonLog2 CinemaGamut D55' },
  { transfer: /^canonlog3$|^clog3$/, primaries: null, space: 'CanonLog3 CinemaGamut D55' },
  { transfer: /^bmdfilm.*gen5$|^blackmagic.*film.*gen5$/, primaries: null, space: 'BMDFilm WideGamut Gen5' },
  { transfer: /^davinciintermediate$/, primaries: null, space: 'DaVinci Intermediate WideGamut' },
  { transfer: /^vlog$/, primaries: null, space: 'V-Log V-Gamut' },
  { transfer: /^dlog$/, primaries: null, space: 'D-Log D-Gamut' },
  { transfer: /^applelog$/, primaries: null, space: 'Apple Log' },
  { transfer: /^acescct$/, primaries: null, space: 'ACEScct' },
  { transfer: /^acescc$/, primaries: null, space: 'ACEScc' },
  { transfer: /^(scene)?linear$/, primaries: /^(ap0|aces|aces20651)$/, space: 'ACES2065-1' },
  { transfer: /^(scene)?linear$/, primaries: /^(ap1|acescg)$/, space: 'ACEScg' },
  { transfer: /^(scene)?linear$|^raw$/, primaries: /^(cameranative|camera|sensor)$/, space: 'camera-native' },
];

/**
 * The colour space of a clip's decoded pixels: what its camera format says, else what the clip records exactly. A
 * transfer function without its primaries, or tags that a container writes by default (bt709), decide nothing.
 * @returns null when nobody knows
 */
export function inputColorSpace(source: ClipSource): string | null {
  const space = statedColorSpace(source);
  return space === LOGC3_EI800 && !isRatedAt800(source) ? null : space;
}

const LOGC3_EI800 = 'ARRI LogC3 (EI800)';

/**
 * LogC3 is another curve at every exposure index, and the config holds the one of 800. A clip that says another index is
 * not decoded by it, whatever its format says. Source: ARRI, ALEXA Log C Curve - Usage in VFX (2012).
 */
function isRatedAt800(source: ClipSource): boolean {
  const rated = numberField(source.clip, 'exposureIndex');
  return rated === null || rated === 800;
}

function statedColorSpace(source: ClipSource): string | null {
  if (source.cameraFormat?.inputColorSpace) return source.cameraFormat.inputColorSpace;
  const transfer = plain(textField(source.clip, 'transferFunction'));
  const primaries = plain(textField(source.clip, 'colorPrimaries'));
  const row = SPACES.find(
    (r) => r.transfer.test(transfer) && (r.primaries === null || r.primaries.test(primaries)),
  );
  return row?.space ?? null;
}

function plain(text: string | null): string {
  return (text ?? '').toLowerCase().replaceAll(/[\s._-]/g, '');
}
