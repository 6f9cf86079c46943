import type { Recipe } from '../../../schemas/recipe.ts';

/** Plates for VFX vendors: scene-linear ACES2065-1 in half float, losslessly compressed, every frame with its handles. */
export const vfxPlates: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'vfx-plates',
  revision: 2,
  description: 'ACES2065-1 OpenEXR plates, half float, ZIP, 8 frames of handles, first frame 1001',
  // 8 frames is the customary least; productions ask for 8 to 16. Source: Netflix partner help 1500008649782 leaves the
  // number to the submission, so `--handles` overrides it.
  handles: 8,
  // The first delivered frame, a handle frame, bears 1001 and numbers have four digits. Source: Netflix partner help
  // 360055781274, example AGM_104_065_010_PL01_v001.[1001-1058].exr.
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    {
      kind: 'plate',
      name: 'plate',
      // 16-bit half, ACES2065-1, uncompressed or lossless ZIP or PIZ; log EXR is refused. Source: Netflix partner help 360000611467.
      colour: 'ACES2065-1',
      compression: 'zip',
      // Not the ST 2065-4 container, which forbids compression; that is a recipe of its own.
      container: 'openexr',
      route: 'fast',
      // Source: Netflix partner help 360055781274 (shot, plate, version).
      naming: '{shot}_{plate}_v{version}',
    },
    // A colour reference goes with every plate. Source: Netflix partner help 360000611467.
    {
      kind: 'still',
      name: 'reference',
      maxWidth: 960,
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
    },
  ],
};
