import type { CineFacts } from '../../../engine/open/inspect/readers/cine.ts';
import { rational } from '../../../standards/time/rational.ts';
import type { Readings } from '../reading.ts';
import type { Source } from './source.ts';

/** Phantom Cine header. The file tells the rate of the sensor alone; what it is played back at is decided in editing. */
export const cineHeader: Source = {
  tool: 'cine-header',
  confidence: 0.9,
  read(facts: CineFacts, readings: Readings): void {
    readings.add('container', 'CINEFILEHEADER', 'cine', { raw: facts.version });
    readings.add('frameCount', 'ImageCount', facts.savedImages || null, { raw: facts.savedImages });
    if (facts.width !== null && facts.height !== null && facts.width > 0 && facts.height > 0)
      readings.add('imageSize', 'biWidth,biHeight', { width: facts.width, height: facts.height });
    if (facts.framesPerSecond !== null)
      readings.add('captureRate', 'SETUP FrameRate', rational(facts.framesPerSecond), {
        raw: facts.framesPerSecond,
      });
    if (facts.shutterNs !== null)
      readings.add('exposureTime', 'SETUP ShutterNs', facts.shutterNs / 1e9, { raw: facts.shutterNs });
    if (facts.triggerSeconds !== null)
      readings.add(
        'recordedAt',
        'TriggerTime',
        new Date(facts.triggerSeconds * 1000).toISOString().replace('.000Z', 'Z'),
        { raw: facts.triggerSeconds, confidence: 0.7 },
      );
  },
};
