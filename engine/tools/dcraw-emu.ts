import type { DecodeSettings } from '../../schemas/segment-job.ts';

/** LibRaw's interpolations by our names. */
const QUALITY = { linear: '0', ppg: '2', ahd: '3' } as const;

/** The interpolations that LibRaw does. */
export type LibRawDemosaic = keyof typeof QUALITY;

/**
 * Develops to linear 16-bit camera RGB, balanced to `neutral` and scaled so that nothing clips: `-o 0` because its ACES
 * output does not adapt the white, `-c 0` because it else rescales each frame by its own maximum, `-j` because it else
 * desqueezes. The picture lands beside `path` with the suffix `.tif`: give it a link in scratch.
 */
export function developArguments(
  paths: readonly string[],
  neutral: readonly [number, number, number],
  demosaic: LibRawDemosaic,
  decode: Pick<DecodeSettings, 'highlights'>,
): string[] {
  const [red, green, blue] = neutral.map((value) => (1 / value).toPrecision(9));
  const highlights = decode.highlights === 'clip' ? '0' : '1';
  return [
    '-r',
    red!,
    green!,
    blue!,
    green!,
    '-o',
    '0',
    '-H',
    highlights,
    '-4',
    '-T',
    '-c',
    '0',
    '-t',
    '0',
    '-j',
    '-q',
    QUALITY[demosaic],
    '-Z',
    'tif',
    ...paths,
  ];
}

/** How much LibRaw scaled a balanced channel down: by the largest multiplier, or the smallest when highlights clip. */
export function developScale(
  neutral: readonly [number, number, number],
  decode: Pick<DecodeSettings, 'highlights'>,
): number {
  const multipliers = neutral.map((value) => 1 / value);
  return decode.highlights === 'clip' ? Math.min(...multipliers) : Math.max(...multipliers);
}

/** Mean loss of its integer arithmetic, in 16-bit steps: every scaling cuts off half a step, interpolation some more. Measured on flat patches. */
export const CUT_OFF_STEPS: Readonly<Record<LibRawDemosaic, number>> = { linear: 0.7, ppg: 0.57, ahd: 0.56 };
