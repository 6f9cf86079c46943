import type { InspectedClip } from '../../schemas/clip.ts';

/** What decides the colour space of a clip's decoded pixels, spelled plainly: lower case, letters and digits only. */
type Encoding = {
  family: string;
  make: string;
  model: string;
  transfer: string;
  primaries: string;
  exposureIndex: number | null;
};

/** A space of the pinned config, or in one clause why none can be named. */
export type InputColourSpace = { space: string; missing: null } | { space: null; missing: string };

type Rule = (e: Encoding) => InputColourSpace | null;

const found = (space: string): InputColourSpace => ({ space, missing: null });
const missing = (why: string): InputColourSpace => ({ space: null, missing: why });

/**
 * The makers' encodings that the config has a space for. Names: OpenColorIO `studio-config-v4.0.0_aces-v2.0_ocio-v2.5`.
 * Raw files tell the monitoring look, not an encoding: what an engine develops straight to ACES2065-1 is `camera-native`, that is
 * CinemaDNG and the raw of stills cameras, and what makers' own software decodes.
 */
const RULES: Rule[] = [
  (e) => (e.family === 'cinemadng' || e.family === 'cameraraw' ? found('camera-native') : null),
  (e) =>
    /^(redcode|arriraw|arricore|xocn|braw|cinemarawlight)$/.test(e.family) ? found('camera-native') : null,
  (e) =>
    /^(proresraw|raw)$/.test(e.family)
      ? missing('it is raw, and which space its decoder gives depends on the decoder')
      : null,
  arri,
  sony,
  (e) =>
    e.transfer === 'log3g10' && /^(redwidegamutrgb|)$/.test(e.primaries)
      ? found('Log3G10 REDWideGamutRGB')
      : null,
  (e) => canon(e, '2') ?? canon(e, '3'),
  (e) =>
    /^(bmdfilm|blackmagicdesignfilm)(widegamut)?gen5$/.test(e.transfer)
      ? found('BMDFilm WideGamut Gen5')
      : null,
  (e) =>
    e.transfer === 'davinciintermediate' && /^davinciwidegamut$/.test(e.primaries)
      ? found('DaVinci Intermediate WideGamut')
      : null,
  (e) => (e.transfer === 'vlog' && /^(vgamut|)$/.test(e.primaries) ? found('V-Log V-Gamut') : null),
  // D-Log M is another curve, without a published formula.
  (e) => (e.transfer === 'dlog' && /^(dgamut|)$/.test(e.primaries) ? found('D-Log D-Gamut') : null),
  (e) => (e.transfer === 'applelog' ? found('Apple Log') : null),
  (e) => (e.family === 'exr' && e.primaries === 'acesap0' ? found('ACES2065-1') : null),
  (e) => (e.family === 'exr' && e.primaries === 'acesap1' ? found('ACEScg') : null),
];

/**
 * LogC4 is one curve; LogC3 is one for each exposure index, and the config has that of EI 800.
 * Source: ARRI "ALEXA Log C Curve: Usage in VFX" (2017), section 4; ARRI "LogC4 Specification".
 */
function arri(e: Encoding): InputColourSpace | null {
  if (/^(arri)?logc4$/.test(e.transfer) || (/^logc$/.test(e.transfer) && /alexa(35|265)/.test(e.model)))
    return found('ARRI LogC4');
  if (!/^(arri)?logc3?$/.test(e.transfer)) return null;
  if (e.exposureIndex === 800) return found('ARRI LogC3 (EI800)');
  return missing(
    e.exposureIndex === null
      ? 'LogC3 differs by exposure index and none is recorded'
      : `LogC3 differs by exposure index: the config has EI 800, the clip EI ${e.exposureIndex}`,
  );
}

/** VENICE and BURANO have spaces of their own, measured with their sensor. Source: Sony technical summary of S-Gamut3/S-Gamut3.Cine. */
function sony(e: Encoding): InputColourSpace | null {
  if (!/^slog3(cine)?$/.test(e.transfer)) return null;
  const venice = /venice|burano|mpc36|mpc26/.test(e.model) ? 'Venice ' : '';
  if (e.transfer === 'slog3cine' || /^sgamut3cine$/.test(e.primaries))
    return found(`S-Log3 ${venice}S-Gamut3.Cine`);
  if (/^sgamut3$/.test(e.primaries)) return found(`S-Log3 ${venice}S-Gamut3`);
  return missing('S-Log3 comes with S-Gamut3 or S-Gamut3.Cine and the clip does not tell which');
}

function canon(e: Encoding, version: '2' | '3'): InputColourSpace | null {
  if (e.transfer !== `canonlog${version}` && e.transfer !== `clog${version}`) return null;
  if (e.primaries.startsWith('cinemagamut')) return found(`CanonLog${version} CinemaGamut D55`);
  return missing(
    e.primaries === ''
      ? 'Canon Log comes with several gamuts and the clip does not tell which'
      : `the config has Canon Log ${version} with Cinema Gamut only`,
  );
}

/** The space of a clip's decoded pixels, from what the maker recorded. Tags that containers write for viewers (BT.709) decide nothing. */
export function inputColourSpaceOf(clip: InspectedClip): InputColourSpace {
  const text = (name: string) => plain(clip.fields[name]?.value);
  const codec = clip.fields.codec?.value as { family?: string } | null | undefined;
  const index = clip.fields.exposureIndex?.value;
  const encoding: Encoding = {
    family: plain(codec?.family),
    make: text('cameraMake'),
    model: text('cameraModel'),
    transfer: text('transferFunction'),
    primaries: text('colorPrimaries'),
    exposureIndex: typeof index === 'number' ? index : null,
  };
  // Container tags for viewers are no word on the gamut of log pixels.
  if ((clip.fields.colorPrimaries?.confidence ?? 0) < 0.5) encoding.primaries = '';
  for (const rule of RULES) {
    const answer = rule(encoding);
    if (answer) return answer;
  }
  return missing(
    encoding.transfer === ''
      ? 'it records no encoding'
      : `its encoding ${String(clip.fields.transferFunction?.value)} has no space in the config`,
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replaceAll(/[^a-z0-9]/g, '') : '';
}
