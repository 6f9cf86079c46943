import type { Recipe } from '../../../schemas/recipe.ts';
import { vfxPlates } from './vfx-plates.ts';

/** What a vendor and a VFX editor both ask for: the plates, and a movie of each to look at. */
export const vfxTurnover: Recipe = {
  ...vfxPlates,
  name: 'vfx-turnover',
  revision: 1,
  description: `${vfxPlates.description}; a viewing movie of each plate with burn-ins`,
  deliverables: [
    ...vfxPlates.deliverables,
    // The movie lies at the root of the plate's folder. Source: Netflix partner help 360055781594.
    {
      kind: 'proxy',
      name: 'proxy',
      codec: 'prores-proxy',
      container: 'mov',
      maxWidth: 1920,
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
      burnIns: true,
      naming: '{shot}_{plate}_v{version}',
    },
  ],
};
