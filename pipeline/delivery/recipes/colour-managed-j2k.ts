import type { ProxySpec, Recipe } from '../../../schemas/recipe.ts';
import { colourManaged } from './colour-managed.ts';

/** The same renderings as R′G′B′ in JPEG 2000 without loss, 12 bits, in MXF: for masters and archives. */
export const colourManagedJ2k: Recipe = {
  ...colourManaged,
  name: 'colour-managed-j2k',
  revision: 1,
  description:
    'ACES 2 renderings in lossless 12-bit JPEG 2000 (MXF): Rec.709 100 nits, P3-D65 48 nits, Rec.2100 PQ 1000 nits; a still',
  deliverables: colourManaged.deliverables.map((spec) => (spec.kind === 'proxy' ? inJpeg2000(spec) : spec)),
};

/** FFmpeg's MXF has no place for the mastering display that the command line could fill. */
function inJpeg2000({ mastering: _, ...spec }: ProxySpec): ProxySpec {
  return { ...spec, codec: 'jpeg2000', container: 'mxf' };
}
