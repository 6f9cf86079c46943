import type { Recipe } from '../../../schemas/recipe.ts';

/** Movies rendered for three displays by ACES 2, each by its own output transform whatever the AMF's is. */
export const colourManaged: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'colour-managed',
  revision: 2,
  description:
    'ACES 2 renderings in ProRes 4444: Rec.709 100 nits, P3-D65 48 nits, Rec.2100 PQ 1000 nits; a still',
  handles: 0,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  deliverables: [
    {
      kind: 'proxy',
      name: 'rec709',
      codec: 'prores-4444',
      container: 'mov',
      maxWidth: 4096,
      burnIns: false,
      output: 'recipe',
      // Source: ITU-R BT.1886, BT.709; ACES 2 Output.Academy.Rec709-D65_100nit_in_Rec709-D65_BT1886.
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
      naming: '{shot}_{plate}_v{version}',
    },
    {
      kind: 'proxy',
      name: 'p3d65',
      codec: 'prores-4444',
      container: 'mov',
      maxWidth: 4096,
      burnIns: false,
      output: 'recipe',
      // Source: SMPTE RP 431-2 with a D65 white, gamma 2.6; ACES 2 Output.Academy.P3-D65_48nit_in_P3-D65_Gamma2pt6.
      display: 'P3-D65 - Display',
      view: 'ACES 2.0 - SDR 100 nits (P3 D65)',
      naming: '{shot}_{plate}_v{version}',
    },
    {
      kind: 'proxy',
      name: 'pq1000',
      codec: 'prores-4444',
      container: 'mov',
      maxWidth: 4096,
      burnIns: false,
      output: 'recipe',
      // Source: ITU-R BT.2100 PQ; ACES 2 Output.Academy.P3-D65_1000nit_in_Rec2100-D65_ST2084.
      display: 'Rec.2100-PQ - Display',
      view: 'ACES 2.0 - HDR 1000 nits (P3 D65)',
      // What the rendering is limited to; black is the least that can be told. Source: SMPTE ST 2086.
      mastering: { primaries: 'P3-D65', maxNits: 1000, minNits: 0.0001 },
      naming: '{shot}_{plate}_v{version}',
    },
    {
      kind: 'still',
      name: 'reference',
      maxWidth: 1920,
      display: 'Rec.1886 Rec.709 - Display',
      view: 'ACES 2.0 - SDR 100 nits (Rec.709)',
    },
  ],
};
