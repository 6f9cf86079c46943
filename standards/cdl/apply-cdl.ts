import type { Cdl } from '../../schemas/cut-list.ts';

/** Rec. 709 luma weights of the saturation step. Source: ASC CDL v1.2, section on saturation. */
const LUMA = [0.2126, 0.7152, 0.0722] as const;

/**
 * Applies a CDL to one colour in its working space: slope, offset, power, then saturation. Nothing is clamped at 1; the
 * power leaves values below zero as they are, as OpenColorIO's "noClamp" style does.
 */
export function applyCdl(rgb: readonly [number, number, number], cdl: Cdl): [number, number, number] {
  const graded = rgb.map((value, i) => {
    const linear = value * cdl.slope[i]! + cdl.offset[i]!;
    return linear <= 0 ? linear : linear ** cdl.power[i]!;
  });
  const luma = graded.reduce((sum, value, i) => sum + value * LUMA[i]!, 0);
  return graded.map((value) => luma + cdl.saturation * (value - luma)) as [number, number, number];
}
