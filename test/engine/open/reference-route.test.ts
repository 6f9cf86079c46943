import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { toolPaths } from '../../support/tools.ts';
import { engineContract } from '../contract.ts';

engineContract({
  name: 'the open engine by its reference route',
  make: () => createOpenEngine({ tools: toolPaths() }),
  // Sensor and log quantization, and for movies the codec itself, are in these figures.
  decodes: { prores: 0.02, dpx: 0.002, mxf: 0.03, cinemadng: 0.003, exr: 0.001 },
  route: 'reference',
});
