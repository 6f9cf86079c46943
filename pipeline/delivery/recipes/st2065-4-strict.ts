import type { Recipe } from '../../../schemas/recipe.ts';

/** Plates in the ACES container itself, for archives and for receivers that test for it. */
export const st2065Strict: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'st2065-4-strict',
  revision: 2,
  description:
    'SMPTE ST 2065-4 ACES container: uncompressed half-float ACES2065-1, 8 frames of handles, first frame 1001',
  // As of vfx-plates.
  handles: 8,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    {
      kind: 'plate',
      name: 'plate',
      // Source: SMPTE ST 2065-4:2013, 4.2.1 (half float), 4.2.3 (no compression), 4.2.4 (chromaticities of ST 2065-1).
      colour: 'ACES2065-1',
      compression: 'none',
      container: 'st2065-4',
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
