/** Displays of the pinned OpenColorIO config with the views that each has. Source: its `displays`; `Raw` shows no picture and is left out. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  'sRGB - Display': ['ACES 2.0 - SDR 100 nits (Rec.709)', 'Un-tone-mapped', 'Video (colorimetric)'],
  'Gamma 2.2 Rec.709 - Display': [
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
  'Display P3 - Display': ['ACES 2.0 - SDR 100 nits (P3 D65)', 'Un-tone-mapped', 'Video (colorimetric)'],
  'Display P3 HDR - Display': [
    'ACES 2.0 - HDR 1000 nits (P3 D65)',
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
  'P3-D65 - Display': [
    'ACES 2.0 - SDR 100 nits (P3 D65)',
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
  'Rec.1886 Rec.709 - Display': [
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
  'Rec.2100-HLG - Display': ['ACES 2.0 - HDR 1000 nits (P3 D65)', 'Un-tone-mapped', 'Video (colorimetric)'],
  'Rec.2100-PQ - Display': [
    'ACES 2.0 - HDR 500 nits (P3 D65)',
    'ACES 2.0 - HDR 1000 nits (P3 D65)',
    'ACES 2.0 - HDR 2000 nits (P3 D65)',
    'ACES 2.0 - HDR 4000 nits (P3 D65)',
    'ACES 2.0 - HDR 500 nits (Rec.2020)',
    'ACES 2.0 - HDR 1000 nits (Rec.2020)',
    'ACES 2.0 - HDR 2000 nits (Rec.2020)',
    'ACES 2.0 - HDR 4000 nits (Rec.2020)',
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
  'ST2084-P3-D65 - Display': [
    'ACES 2.0 - HDR 108 nits (P3 D65)',
    'ACES 2.0 - HDR 500 nits (P3 D65)',
    'ACES 2.0 - HDR 1000 nits (P3 D65)',
    'ACES 2.0 - HDR 2000 nits (P3 D65)',
    'ACES 2.0 - HDR 4000 nits (P3 D65)',
    'ACES 2.0 - SDR 100 nits (Rec.709)',
    'Un-tone-mapped',
    'Video (colorimetric)',
  ],
};

/** Says what is wrong with a display and its view, or nothing where the pinned config has them. */
export function displayFaults({ display, view }: { display: string; view: string }): string[] {
  const views = VIEWS[display];
  if (views === undefined)
    return [`there is no display "${display}"; displays: ${Object.keys(VIEWS).join(', ')}.`];
  return views.includes(view)
    ? []
    : [`the display "${display}" has no view "${view}"; views: ${views.join(', ')}.`];
}
