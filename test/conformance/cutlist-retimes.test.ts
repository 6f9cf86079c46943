import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseEdl } from '../../standards/cutlist/edl/parse.ts';
import { nominalBase, parseFrameRate } from '../../standards/time/frame-rate.ts';
import { rational } from '../../standards/time/rational.ts';
import { formatTimecode } from '../../standards/time/timecode.ts';
import { askSecondReader, left } from './cutlist-second-reader.ts';

/** One use of a source as its editor made it, and how a list writes it. `first` and `last` are the truth. */
type Made = {
  what: string;
  fps: string;
  dropFrame?: boolean;
  first: number;
  last: number;
  record: number;
  sourceIn: number;
  sourceOut: number;
  speed?: string;
  freeze?: boolean;
};

const START = 10 * 3600 * 24;

/** Uses of every kind, at every rate a list is cut in. Frames of a truth are counted, not calculated from a speed. */
function corpus(): Made[] {
  const made: Made[] = [];
  for (const fps of ['23.976', '24', '25', '29.97', '30', '50', '59.94', '60']) {
    const base = nominalBase(parseFrameRate(fps)!);
    const speed = (factor: number) => (base * factor).toFixed(1).padStart(5, '0');
    const use = (what: string, frames: number, record: number, more: Partial<Made> = {}) =>
      made.push({
        what,
        fps,
        first: START,
        last: START + frames - 1,
        record,
        sourceIn: START,
        sourceOut: START + frames,
        ...more,
      });
    use('normal', 48, 48);
    for (const factor of [2, 3, 4]) use(`${factor}00 %`, 24 * factor, 24, { speed: speed(factor) });
    for (const factor of [0.5, 0.25]) use(`${factor * 100} %`, 24, 24 / factor, { speed: speed(factor) });
    use('200 %, lengths contradict', 48, 24, { speed: speed(2), sourceOut: START + 24 });
    use('50 %, lengths contradict', 12, 24, { speed: speed(0.5), sourceOut: START + 24 });
    use('reverse', 24, 24, { speed: `-${speed(1)}`, first: START + 23, last: START });
    use('reverse 200 %', 48, 24, { speed: `-${speed(2)}`, first: START + 47, last: START });
    use('reverse, source out a place-holder', 24, 24, {
      speed: `-${speed(1)}`,
      first: START,
      last: START - 23,
      sourceOut: START + 1,
    });
    use('freeze by M2', 1, 48, { speed: '000.0' });
    use('freeze by remark', 1, 48, { freeze: true });
    const day = 24 * 3600 * base;
    use('over midnight', 48, 48, {
      first: day - 24,
      last: day + 23,
      sourceIn: day - 24,
      sourceOut: day + 24,
    });
    if (fps === '29.97' || fps === '59.94') use('drop-frame', 48, 48, { dropFrame: true });
  }
  return made;
}

function listOf(use: Made): string {
  const rate = parseFrameRate(use.fps)!;
  const at = (frames: number) =>
    formatTimecode({ frames, rate, dropFrame: use.dropFrame === true }).replace(';', ':');
  return [
    `TITLE: ${use.what}`,
    use.dropFrame ? 'FCM: DROP FRAME' : 'FCM: NON-DROP FRAME',
    `001  A001C002 V     C        ${at(use.sourceIn)} ${at(use.sourceOut)} ${at(0)} ${at(use.record)}`,
    ...(use.speed === undefined
      ? []
      : [`M2   A001C002       ${use.speed}                ${at(use.sourceIn)}`]),
    '* FROM CLIP NAME: A001C002',
    ...(use.freeze ? ['* * FREEZE FRAME'] : []),
    '',
  ].join('\n');
}

type Answer = Record<string, { strict: OtioAnswer; lenient: OtioAnswer }>;
type OtioAnswer = { refused: string } | { clips: { first: number; count: number; speed: number | null }[] };

/** What OpenTimelineIO's answer shows: from its start over its length times its speed. */
function otioIsRight(use: Made, answer: OtioAnswer): boolean {
  const clip = 'clips' in answer ? answer.clips[0] : undefined;
  if (!clip) return false;
  const speed = clip.speed ?? 1;
  const frames = speed === 0 ? 1 : Math.round(clip.count * Math.abs(speed));
  const [low, high] = [clip.first, clip.first + frames - 1];
  return speed < 0 ? use.first === high && use.last === low : use.first === low && use.last === high;
}

it('every retime of the corpus is read with its exact frames, and the score stands beside that of OpenTimelineIO', () => {
  const uses = corpus();
  const wrong = uses.filter((use) => {
    const shown = parseEdl(listOf(use), { rate: parseFrameRate(use.fps)! }).events[0]?.sourceFrames;
    return shown?.first !== use.first || shown.last !== use.last;
  });
  expect(wrong.map(({ what, fps }) => `${what} at ${fps}`)).toEqual([]);
  const folder = mkdtempSync(path.join(tmpdir(), 'rushes-retimes-'));
  try {
    const files = uses.map((use, at) => {
      const file = path.join(folder, `${at}.edl`);
      writeFileSync(file, listOf(use));
      const rate = parseFrameRate(use.fps) ?? rational(24);
      return [file, rate.num / rate.den] as const;
    });
    const answer = askSecondReader<Answer>({ ask: 'ranges', paths: files });
    if (answer === null) return left('OpenTimelineIO is not installed');
    const right = (mode: 'strict' | 'lenient') =>
      uses.filter((use, at) => otioIsRight(use, answer[files[at]![0]]![mode])).length;
    console.info(
      `retimes read right: Rushes ${uses.length} of ${uses.length}, OpenTimelineIO strict ${right('strict')}, lenient ${right('lenient')}`,
    );
    expect(right('strict')).toBeLessThan(uses.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
