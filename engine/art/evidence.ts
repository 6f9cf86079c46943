import type { Evidence } from '../vendor/evidence.ts';

const PAGE = 'ARRI Reference Tool CMD 0.4.0, USAGE.md and schemas';

/** What the ARRI engine relies on. */
export const ART_EVIDENCE: readonly Evidence[] = [
  ...[
    'process',
    'export',
    '--input',
    '--output',
    '--start',
    '--duration',
    '--parameters',
    '--target-colorspace AP0/D60/linear',
    '--video-codec exr_piz/f16',
    '--skip-audio',
    '--skip-video',
    '--version',
    'exposureIndexOverride',
    'colorTemperatureOverride',
    'tintOverride',
    'pictures numbered from 0 or from --start',
  ].map((what) => ({ what, rests: 'vendor page' as const, source: PAGE })),
  { what: '--render-platform cpu', rests: 'public code', source: 'code that drives 1.0' },
  {
    what: '--processing-device cpu',
    rests: 'unproven',
    source: 'the option is in the 0.4.0 page, its value is not',
  },
  { what: 'a build for Linux', rests: 'unproven', source: 'macOS and Windows builds are evidenced' },
];
