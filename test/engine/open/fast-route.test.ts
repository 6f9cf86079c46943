import { createOpenEngine } from '../../../engine/open/open-engine.ts';
import { toolPaths } from '../../support/tools.ts';
import { engineContract } from '../contract.ts';

engineContract({
  name: 'the open engine by its fast route',
  make: () => createOpenEngine({ tools: toolPaths() }),
  decodes: { prores: 0.02, dpx: 0.002, mxf: 0.03, cinemadng: 0.003, exr: 0.001 },
  route: 'fast',
});
