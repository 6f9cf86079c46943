import type { MlvFacts } from '../../../engine/open/inspect/readers/mlv.ts';
import { snapFrameRate } from '../../../standards/time/frame-rate.ts';
import { rational } from '../../../standards/time/rational.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** Magic Lantern recording: counted frames win over announced ones. */
export const mlvBlocks: Source = {
  tool: 'mlv-blocks',
  confidence: 0.9,
  read(facts: MlvFacts, readings: Readings): void {
    readings.add('container', 'MLVI', 'mlv', { raw: 'MLVI' });
    readings.add('frameCount', 'VIDF', facts.framesFound, { raw: facts.framesFound });
    readings.add('frameCount', 'MLVI videoFrameCount', facts.announcedFrames || null, {
      raw: facts.announcedFrames,
      confidence: 0.5,
    });
    if (facts.rate) {
      const rate = snapFrameRate(rational(facts.rate.num, facts.rate.den));
      readings.add('captureRate', 'MLVI sourceFps', rate, { raw: facts.rate });
    }
  },
};
