import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { idsOf } from '../../../setup/colour/make-transform-table.mjs';
import table from '../../../standards/amf/transform-table.generated.json' with { type: 'json' };

it('the table of transforms says what the pinned config says', () => {
  const config = readFileSync(
    new URL('../../../engine/assets/studio-config-v4.0.0_aces-v2.0_ocio-v2.5.ocio', import.meta.url),
    'utf8',
  );
  const ids = idsOf(config, () => true);
  expect(Object.keys(ids.spaces).length + Object.keys(ids.outputs).length).toBeGreaterThan(80);
  for (const kind of ['spaces', 'looks', 'outputs', 'displays'] as const)
    expect(table[kind]).toMatchObject(ids[kind]);
});
