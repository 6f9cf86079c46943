import { logCode } from './perceptual.ts';

/** Curves that pictures are recorded or shown with, from scene light to code values of 0 to 1. */
export const RECORDED_CURVES: readonly ((light: number) => number)[] = [
  // Source: Sony, Technical Summary for S-Gamut3/S-Log3, 2014.
  (v) =>
    v >= 0.01125
      ? (420 + Math.log10((v + 0.01) / 0.19) * 261.5) / 1023
      : ((v * 76.2102946929) / 0.01125 + 95) / 1023,
  // Source: ARRI, LogC curve usage in VFX, 2017, EI 800.
  (v) => (v > 0.010591 ? 0.24719 * Math.log10(5.555556 * v + 0.052272) + 0.385537 : 5.367655 * v + 0.092809),
  // Source: ARRI LogC4 specification, 2022.
  (v) => ((Math.log2(Math.max(1e-6, 2231.8263090676883 * v + 64)) - 6) / 14) * (928 / 1023) + 95 / 1023,
  // Source: RED, white paper on REDWideGamutRGB and Log3G10, 2017.
  (v) => Math.sign(v + 0.01) * 0.224282 * Math.log10(155.975327 * Math.abs(v + 0.01) + 1),
  // Source: Panasonic, V-Log/V-Gamut reference manual, 2014.
  (v) => (v < 0.01 ? 5.6 * v + 0.125 : 0.241514 * Math.log10(v + 0.00873) + 0.598206),
  // Source: AMPAS S-2016-001, ACEScct.
  (v) => logCode(v) / 1023,
  // Source: ITU-R BT.1886.
  (v) => Math.max(0, v) ** (1 / 2.4),
];
