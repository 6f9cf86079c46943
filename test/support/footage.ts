import { join } from 'node:path';
import { type DemoSet, type DemoSetOptions, makeDemoSet } from '../../footage/demo-set.ts';
import { toolPaths } from './tools.ts';

/** Where the cards of this run lie; every installation of a test may read them. */
export function footageFolder(): string {
  return join(process.env.RUSHES_TEST_STATE!, 'footage');
}

/** The demo's cards, small enough for a test; made once for all files of a run. Nobody writes into them. */
export function smallDemoSet(cards: NonNullable<DemoSetOptions['cards']>): Promise<DemoSet> {
  return makeDemoSet({
    cacheDir: footageFolder(),
    tools: toolPaths(),
    size: { width: 256, height: 144 },
    frames: 24,
    cards,
  });
}
