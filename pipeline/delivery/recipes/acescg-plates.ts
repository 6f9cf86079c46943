import type { Recipe } from '../../../schemas/recipe.ts';

/** Plates in the working space of compositing, for vendors who ask for it. */
export const acescgPlates: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'acescg-plates',
  revision: 2,
  description: 'ACEScg OpenEXR plates, half float, ZIP, 8 frames of handles, first frame 1001',
  // As of vfx-plates.
  handles: 8,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    {
      kind: 'plate',
      name: 'plate',
      // AP1 primaries hold the working space of compositing. Source: Academy S-2014-004.
      colour: 'ACEScg',
      compression: 'zip',
      container: 'openexr',
      route: 'fast',
      naming: '{shot}_{plate}_v{version}',
    },
    // As of vfx-plates: a colour reference goes with every plate.
    {
      kind: 'still',
      name: 'reference',
      maxWidth: 960,
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
    },
  ],
};
