import { describe, expect, it } from 'vitest';
import type { CutEvent } from '../../../schemas/cut-list.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { writeEdl } from '../../../standards/cutlist/edl/write.ts';
import { parseFrameRate } from '../../../standards/time/frame-rate.ts';
import { formatTimecode } from '../../../standards/time/timecode.ts';

/** Numbers from a seed: the same list every time. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const RATES = ['23.976', '24', '25', '29.97', '30', '50', '59.94', '60'];

/** A list with everything in it, and the frames that every event must have. */
function randomList(
  seed: number,
  count: number,
): { text: string; fps: string; expected: { first: number; last: number }[] } {
  const random = seeded(seed);
  const fps = RATES[random(RATES.length)]!;
  const rate = parseFrameRate(fps)!;
  const drop = (fps === '29.97' || fps === '59.94') && random(2) === 0;
  const base = Math.ceil(rate.num / rate.den);
  const timecode = (frames: number) => formatTimecode({ frames, rate, dropFrame: drop });
  const lines = [`TITLE: random ${seed}`, drop ? 'FCM: DROP FRAME' : 'FCM: NON-DROP FRAME'];
  const expected: { first: number; last: number }[] = [];
  let record = random(20) * 3600 * base;
  for (let n = 1; n <= count; n++) {
    const duration = 1 + random(500);
    const source = random(23 * 3600 * base);
    const kind = random(6);
    const [num, den] =
      kind === 1 ? [2, 1] : kind === 2 ? [1, 2] : kind === 3 ? [-1, 1] : kind === 4 ? [0, 1] : [1, 1];
    const shown = num === 0 ? 1 : Math.max(1, Math.ceil((duration * Math.abs(num)) / den));
    const reel = ['A001C002_240101_R1AB', 'B_0031C010_241010_133208_h1C2T', 'AX', 'MY REEL'][random(4)]!;
    const number = String(n).padStart(3, '0');
    lines.push(
      `${number}  ${reel.padEnd(32)} V     C        ${timecode(source)} ${timecode(source + shown)} ${timecode(record)} ${timecode(record + duration)}`,
    );
    if (kind >= 1 && kind <= 4)
      lines.push(`M2   ${reel}   ${((num * base) / den).toFixed(1)}   ${timecode(source)}`);
    if (random(2)) lines.push(`* FROM CLIP NAME: clip ${n}`);
    if (random(3) === 0)
      lines.push(`* LOC: ${timecode(record)} RED SHW_010_${String(n * 10).padStart(4, '0')} note`);
    if (random(3) === 0)
      lines.push(
        `* ASC_SOP (0.${random(9)}1 1.0 1)(0.0 -0.0${random(9)} 0)(1 1.2 0.9)`,
        `* ASC_SAT 0.${random(9)}`,
      );
    if (random(4) === 0) lines.push('* SOMETHING AN ASSISTANT WROTE');
    expected.push(
      num < 0 ? { first: source + shown - 1, last: source } : { first: source, last: source + shown - 1 },
    );
    record += duration;
  }
  return { text: lines.join(random(2) ? '\r\n' : '\n'), fps, expected };
}

const withoutLines = (events: readonly CutEvent[]) => events.map((event) => ({ ...event, line: 0 }));

describe('random lists', () => {
  it('have ranges that are never off by one', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { text, fps, expected } = randomList(seed, 100);
      const { events } = parseEdl(text, { rate: parseFrameRate(fps)! });
      expect(
        events.map(({ sourceFrames }) => sourceFrames),
        `seed ${seed} at ${fps}`,
      ).toEqual(expected);
    }
  });

  it('are the same after parse, write, parse', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { text, fps } = randomList(seed, 60);
      const first = parseEdl(text, { rate: parseFrameRate(fps)! });
      const second = parseEdl(writeEdl(first), { rate: parseFrameRate(fps)! });
      expect(withoutLines(second.events), `seed ${seed}`).toEqual(withoutLines(first.events));
      expect([second.title, second.frameCodeMode]).toEqual([first.title, first.frameCodeMode]);
    }
  });
});
