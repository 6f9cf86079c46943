import type { PackageInput } from '../../../pipeline/delivery/package.ts';
import { preparePlate } from '../../../pipeline/delivery/prepare-plate.ts';
import { findRecipe } from '../../../pipeline/delivery/recipes.ts';
import { makeClipSource, makePlannedPlate } from './clip-source-fixture.ts';

/** A turnover of one plate whose 32 frames stand in the store. */
export function makePackageInput(
  change: Partial<PackageInput> = {},
  recipeName: 'vfx-plates' | 'dpx-log' = 'vfx-plates',
): PackageInput {
  const recipe = findRecipe(recipeName);
  const planned = makePlannedPlate();
  const source = makeClipSource();
  const turnover = 'prod/reel1/1';
  const prepared = preparePlate({
    turnover,
    plate: planned,
    source,
    recipe,
    amfs: [],
    fingerprint: { open: '1' },
  });
  const [deliverable] = prepared.deliverables;
  const pixelKey = deliverable!.contentKey;
  const frames = Array.from({ length: 32 }, (_, i) => ({
    frame: 20 + i,
    key: `frames/${pixelKey}/${String(20 + i).padStart(8, '0')}.${deliverable!.job.output.kind}`,
    sizeBytes: 1000 + i,
    xxh128: String(i).padStart(32, '0'),
  }));
  return {
    turnover,
    revision: 1,
    recipe,
    engine: { open: '1' },
    at: '2026-11-21T09:00:00.000Z',
    workBucket: 'local-work',
    bucket: 'local-packages',
    prefix: 'prod/reel1/1',
    plates: [
      {
        planned,
        source,
        prepared,
        made: {
          version: 1,
          kind: 'made-plate',
          turnover,
          plateId: planned.plateId,
          preparedKey: 'k',
          sequences: [{ name: 'plate', pixelKey, frames }],
          movies: [],
        },
      },
    ],
    documents: [{ path: 'cutlist/reel1.edl', role: 'cut-list', text: 'TITLE: reel1\n' }],
    findings: [],
    ...change,
  };
}
