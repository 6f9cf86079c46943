import type { Recipe } from '../../../schemas/recipe.ts';

/** Original camera files cut to the range that a finishing conform needs: nothing is decoded. */
export const trimmedOcf: Recipe = {
  version: 1,
  kind: 'recipe',
  name: 'trimmed-ocf',
  revision: 1,
  description:
    'Trimmed originals for finishing: frame files by range, movies by stream copy, whole files where neither is exact',
  // A second at 24 fps on each end: what a conform is usually given to slip a cut without asking again.
  handles: 24,
  numbering: { first: 1001, at: 'handle-start', digits: 4 },
  // The folder bears the event's name, the files keep the camera's: grading systems relink by file name, reel and timecode.
  deliverables: [{ kind: 'trim', name: 'trim', naming: '{shot}_{plate}_v{version}' }],
};
