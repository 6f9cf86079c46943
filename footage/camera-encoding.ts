import { IDENTITY3, invert3, type Matrix3 } from '../engine/open/matrix3.ts';

/** How a camera writes light: its wide gamut, and the curve from scene-linear (0.18 is mid grey) to a code value in 0..1; a null curve is linear. */
export type CameraEncoding = {
  name: ColourEncoding;
  /** AP0 (ACES2065-1) to the camera's linear RGB. */
  fromAp0: Matrix3;
  curve: ((linear: number) => number) | null;
};

/** Names of the encodings that our cameras record in. */
export type ColourEncoding =
  | 'arri-logc3-ei800-awg3'
  | 'sony-slog3-sgamut3cine'
  | 'aces2065-1'
  | 'camera-native';

/** Source: the ACES input transforms of ARRI and Sony as the ACES studio config 4.0.0 (OpenColorIO 2.5) states them, camera RGB to AP0. */
const AWG3_TO_AP0: Matrix3 = [
  0.680205505106279, 0.236136601606481, 0.0836578932872398, 0.0854149797421404, 1.01747087860704,
  -0.102885858349182, 0.00205652166929683, -0.0625625003847921, 1.06050597871549,
];
const SGAMUT3CINE_TO_AP0: Matrix3 = [
  0.638788667185978, 0.272351433711262, 0.0888598991027595, -0.00391590602528224, 1.0880732308974,
  -0.0841573248721177, -0.0299072021239151, -0.0264325799101947, 1.05633978203411,
];

/** ARRI LogC3 at exposure index 800. Source: ARRI, ALEXA Log C Curve - Usage in VFX (2012), table of exposure values, EI 800. */
function logC3(linear: number): number {
  return linear > 0.010591
    ? 0.24719 * Math.log10(5.555556 * linear + 0.052272) + 0.385537
    : 5.367655 * linear + 0.092809;
}

/** Sony S-Log3. Source: Sony, Technical Summary for S-Gamut3.Cine/S-Log3 and S-Gamut3/S-Log3, appendix. */
function sLog3(linear: number): number {
  return linear >= 0.01125
    ? (420 + Math.log10((linear + 0.01) / 0.19) * 261.5) / 1023
    : ((linear * (171.2102946929 - 95)) / 0.01125 + 95) / 1023;
}

/** ALEXA: LogC3 at EI 800 in ARRI Wide Gamut 3. */
export const ARRI_LOGC3 = {
  name: 'arri-logc3-ei800-awg3',
  fromAp0: invert3(AWG3_TO_AP0),
  curve: logC3,
} satisfies CameraEncoding;

/** VENICE and FX cameras: S-Log3 in S-Gamut3.Cine. */
export const SONY_SLOG3 = {
  name: 'sony-slog3-sgamut3cine',
  fromAp0: invert3(SGAMUT3CINE_TO_AP0),
  curve: sLog3,
} satisfies CameraEncoding;

/** ACES2065-1 as it is: scene-linear AP0. */
export const ACES2065_1 = { name: 'aces2065-1', fromAp0: IDENTITY3, curve: null } satisfies CameraEncoding;
