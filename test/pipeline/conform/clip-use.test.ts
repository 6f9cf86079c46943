import { describe, expect, it } from 'vitest';
import { useOfClip } from '../../../pipeline/conform/clip-use.ts';
import { parseAle } from '../../../standards/cutlist/ale/parse.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { makeClip } from './make-clips.ts';

const P60_ON_30 = makeClip({
  frameRate: rational(60000, 1001),
  timecodeRate: rational(30000, 1001),
  frameCount: 1200,
});

function eventOf(line: string, ...more: string[]) {
  const list = parseEdl([line, ...more].join('\n'), { rate: rational(30000, 1001) });
  return list.events.at(-1)!;
}

describe('the use of a clip whose timecode counts every second frame', () => {
  it('holds both frames of each number', () => {
    const event = eventOf('001  A001 V C 10:00:01:00 10:00:02:00 01:00:00:00 01:00:01:00');
    expect(useOfClip(event, P60_ON_30, rational(30000, 1001))).toMatchObject({
      covered: { first: 60, last: 119 },
      step: rational(2),
    });
  });

  it('runs down from the upper frame of its highest number in reverse', () => {
    const event = eventOf(
      '001  A001 V C 10:00:01:00 10:00:02:00 01:00:00:00 01:00:01:00',
      'M2 A001 -030.0 10:00:01:00',
    );
    expect(useOfClip(event, P60_ON_30, rational(30000, 1001))).toMatchObject({
      shown: { first: 119, last: 60 },
      step: rational(-2),
    });
  });
});

it('an ALE, which has no record side, counts at the rate of the clip whatever its heading says', () => {
  const ale =
    'Heading\nFPS\t24\n\nColumn\nName\tTape\tStart\tEnd\n\nData\nA\tA001\t10:00:01:40\t10:00:02:40\n';
  const [event] = parseAle(ale).events;
  const clip = makeClip({ frameRate: rational(48), frameCount: 480 });
  expect(useOfClip(event!, clip, rational(24))).toMatchObject({
    covered: { first: 88, last: 135 },
    step: rational(1),
  });
});
