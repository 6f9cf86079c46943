import { logCode } from './perceptual.ts';

/** A curve that pictures are recorded or shown with: scene light to code values of 0 to 1, and back. */
export type RecordedCurve = { name: string; codeOf(light: number): number; lightOf(code: number): number };

/** Left out: curves of phones, and those of an exposure index other than 800. */
export const RECORDED_CURVES: readonly RecordedCurve[] = [
  // Source: Sony, Technical Summary for S-Gamut3/S-Log3, 2014.
  {
    name: 'S-Log3',
    codeOf: (v) =>
      v >= 0.01125
        ? (420 + Math.log10((v + 0.01) / 0.19) * 261.5) / 1023
        : ((v * 76.2102946929) / 0.01125 + 95) / 1023,
    lightOf: (c) =>
      c >= 171.2102946929 / 1023
        ? 10 ** ((1023 * c - 420) / 261.5) * 0.19 - 0.01
        : ((1023 * c - 95) * 0.01125) / 76.2102946929,
  },
  // Source: ARRI, LogC curve usage in VFX, 2017, EI 800.
  {
    name: 'LogC3',
    codeOf: (v) =>
      v > 0.010591 ? 0.24719 * Math.log10(5.555556 * v + 0.052272) + 0.385537 : 5.367655 * v + 0.092809,
    lightOf: (c) =>
      c > 0.149658 ? (10 ** ((c - 0.385537) / 0.24719) - 0.052272) / 5.555556 : (c - 0.092809) / 5.367655,
  },
  // Source: ARRI LogC4 specification, 2022.
  {
    name: 'LogC4',
    codeOf: (v) =>
      ((Math.log2(Math.max(1e-6, 2231.8263090676883 * v + 64)) - 6) / 14) * (928 / 1023) + 95 / 1023,
    lightOf: (c) => (2 ** (((c - 95 / 1023) / (928 / 1023)) * 14 + 6) - 64) / 2231.8263090676883,
  },
  // Source: RED, white paper on REDWideGamutRGB and Log3G10, 2017.
  {
    name: 'Log3G10',
    codeOf: (v) => Math.sign(v + 0.01) * 0.224282 * Math.log10(155.975327 * Math.abs(v + 0.01) + 1),
    lightOf: (c) => (Math.sign(c) * (10 ** (Math.abs(c) / 0.224282) - 1)) / 155.975327 - 0.01,
  },
  // Source: Panasonic, V-Log/V-Gamut reference manual, 2014.
  {
    name: 'V-Log',
    codeOf: (v) => (v < 0.01 ? 5.6 * v + 0.125 : 0.241514 * Math.log10(v + 0.00873) + 0.598206),
    lightOf: (c) => (c < 0.181 ? (c - 0.125) / 5.6 : 10 ** ((c - 0.598206) / 0.241514) - 0.00873),
  },
  // Source: AMPAS S-2016-001, ACEScct.
  {
    name: 'ACEScct',
    codeOf: (v) => logCode(v) / 1023,
    lightOf: (c) =>
      c > 0.155251141552511 ? 2 ** (17.52 * c - 9.72) : (c - 0.0729055341958355) / 10.5402377416545,
  },
  // Source: ITU-R BT.1886.
  {
    name: 'BT.1886',
    codeOf: (v) => Math.max(0, v) ** (1 / 2.4),
    lightOf: (c) => Math.max(0, c) ** 2.4,
  },
  { name: 'light', codeOf: (v) => v, lightOf: (c) => c },
];
