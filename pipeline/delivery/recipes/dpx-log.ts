import type { Recipe } from '../../../schemas/recipe.ts';

/** Plates for receivers who work on log DPX: the log that the camera recorded, its codes unaltered. */
export const dpxLog: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'dpx-log',
  revision: 1,
  description: '10-bit DPX plates in the log of the camera, 8 frames of handles, first frame 1001',
  // As of vfx-plates.
  handles: 8,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    {
      kind: 'log-plate',
      name: 'plate',
      // Camera log goes as DPX, never as log EXR: 10 bits for a 10-bit recording, 16 for more.
      // Source: Netflix partner help 360000611467.
      log: 'camera',
      bits: 10,
      route: 'fast',
      naming: '{shot}_{plate}_v{version}',
    },
    // As of vfx-plates.
    {
      kind: 'still',
      name: 'reference',
      maxWidth: 960,
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
    },
  ],
};
