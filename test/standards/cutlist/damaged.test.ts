import { expect, it } from 'vitest';
import { parseAle } from '../../../standards/cutlist/ale/parse.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { writeEdl } from '../../../standards/cutlist/edl/write.ts';
import { parseOtio } from '../../../standards/cutlist/otio/parse.ts';
import { rational } from '../../../standards/time/rational.ts';

const WHOLE = [
  'TITLE: whole',
  'FCM: NON-DROP FRAME',
  'SPLIT:    AUDIO DELAY=  00:00:00:05',
  '001  A001C002_240101_R1AB            V     C        10:00:00:00 10:00:01:00 01:00:00:00 01:00:01:00',
  'M2   A001C002_240101_R1AB   -048.0   10:00:00:00',
  '* FROM CLIP NAME: a',
  '002  A001C002_240101_R1AB            V     C        10:00:01:00 10:00:01:00 01:00:01:00 01:00:01:00',
  '002  B                               V     W001 024 10:00:01:00 10:00:03:00 01:00:01:00 01:00:03:00',
  'EFFECTS NAME IS WIPE',
  '* TO CLIP NAME: b',
  '* LOC: 01:00:02:00 RED AGM_010_0010 note',
  '* ASC_SOP (1 1 1)(0 0 0)(1 1 1)',
  '* ASC_SAT 0.9',
  '*FRMC START: 1001    FRMC END: 1048    FRMC DURATION:48',
  'AUD  3    4',
].join('\n');

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The list with some of its characters lost, doubled or replaced. */
function damaged(seed: number): string {
  const random = seeded(seed);
  let text = WHOLE;
  for (let hit = 0; hit < 1 + random(12); hit++) {
    const at = random(text.length);
    const put = [
      '',
      ' ',
      '\t',
      '\n',
      ':',
      ';',
      '*',
      '9',
      'V',
      '\u0000',
      'é',
      text.slice(at, at + random(40)),
    ][random(12)]!;
    text = text.slice(0, at) + put + text.slice(at + random(6));
  }
  return text;
}

it('a damaged list is always read, and what was read can be written', () => {
  for (let seed = 1; seed <= 4000; seed++) {
    const text = damaged(seed);
    const list = parseEdl(text, seed % 2 ? { rate: rational(24) } : {});
    for (const event of list.events) {
      if (
        event.sourceFrames &&
        !(Number.isSafeInteger(event.sourceFrames.first) && Number.isSafeInteger(event.sourceFrames.last))
      )
        expect.fail(`seed ${seed}: ${JSON.stringify(event.sourceFrames)}`);
    }
    const again = parseEdl(writeEdl(list), { rate: rational(24) });
    if (again.events.length !== list.events.length)
      expect.fail(
        `seed ${seed}: ${list.events.length} events became ${again.events.length}\n${text}\n---\n${writeEdl(list)}`,
      );
  }
});

it('text that is made to be slow is not', () => {
  const started = process.cpuUsage();
  for (const line of [
    'A'.repeat(1999),
    `001 ${'A'.repeat(1500)} x`,
    ' '.repeat(1_000_000),
    `001 ${'A1/'.repeat(500)} C`,
    `* LOC: ${'0'.repeat(1900)}`,
    `M2 ${'1 '.repeat(900)}`,
    `>>> SOURCE ${'  a'.repeat(600)}`,
    '1'.repeat(1_000_000),
    `001 ${'01:00:00:00 '.repeat(150)}`,
  ]) {
    parseEdl(Array.from({ length: 20 }, () => line).join('\n'));
  }
  const used = process.cpuUsage(started);
  expect((used.user + used.system) / 1e6).toBeLessThan(3);
});

it('a damaged ALE or OpenTimelineIO document is never an exception', () => {
  const ale =
    'Heading\nFPS\t24\n\nColumn\nName\tTape\tStart\tEnd\tASC_SOP\n\nData\na\tT1\t10:00:00:00\t10:00:01:00\t(1 1 1)(0 0 0)(1 1 1)\n';
  const otio = JSON.stringify({
    OTIO_SCHEMA: 'Timeline.1',
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      children: [
        {
          OTIO_SCHEMA: 'Track.1',
          kind: 'Video',
          children: [
            {
              OTIO_SCHEMA: 'Clip.1',
              name: 'a',
              source_range: { start_time: { value: 1, rate: 24 }, duration: { value: 5, rate: 24 } },
              effects: [{ OTIO_SCHEMA: 'LinearTimeWarp.1', time_scalar: 2 }],
            },
          ],
        },
      ],
    },
  });
  for (let seed = 1; seed <= 2000; seed++) {
    const random = seeded(seed);
    const hurt = (text: string) => {
      const at = random(text.length);
      return (
        text.slice(0, at) +
        ['', '9', 'null', '-1', '"', '\t', '1e999'][random(7)]! +
        text.slice(at + random(8))
      );
    };
    parseAle(hurt(ale));
    parseOtio(hurt(otio));
  }
});
