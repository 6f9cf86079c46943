import { describe, expect, it } from 'vitest';
import { readAndMatch } from '../../../pipeline/conform/read-and-match.ts';
import type { Rational } from '../../../schemas/rational.ts';
import { rational } from '../../../standards/time/rational.ts';
import { makeClip } from './make-clips.ts';

const PAL_AND_FILM = [
  makeClip({ clipName: 'A001', frameRate: rational(24) }),
  makeClip({ clipName: 'B001', frameRate: rational(25) }),
];

/** A list of many one-second cuts of `reels` whose record frame numbers go up to `highest`. */
function listUpTo(highest: number, reels: string[], events = 60): string {
  const clock = (seconds: number, frame: number) =>
    `01:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}:${String(frame).padStart(2, '0')}`;
  return Array.from({ length: events }, (_, at) => {
    const [recordIn, recordOut] = [clock(at, at % (highest + 1)), clock(at + 1, (at + 1) % (highest + 1))];
    return `${String(at + 1).padStart(3, '0')}  ${reels[at % reels.length]} V C 10:00:02:00 10:00:03:00 ${recordIn} ${recordOut}`;
  }).join('\n');
}

async function rateOf(text: string, clips: ReturnType<typeof makeClip>[], told: Rational | null = null) {
  const { list } = await readAndMatch({
    fileName: 'a.edl',
    bytes: Buffer.from(text),
    convert: () => Promise.reject(new Error('not converted')),
    rate: told,
    clips,
    decisions: {},
  });
  return { rate: list.rate, asks: list.problems.some(({ code }) => code === 'cut-list-rate-unknown') };
}

describe('the rate of a list that tells none', () => {
  it('is that of the media where the numbers allow it: 23.976 and 24 count alike', async () => {
    const clips = [makeClip({ clipName: 'A001', frameRate: rational(24000, 1001) })];
    expect(await rateOf(listUpTo(23, ['A001']), clips)).toEqual({ rate: rational(24000, 1001), asks: false });
  });

  it('is the one it counts to where all its media runs faster', async () => {
    const clips = [makeClip({ clipName: 'A001', frameRate: rational(60000, 1001), frameCount: 600 })];
    expect(await rateOf(listUpTo(23, ['A001']), clips)).toEqual({ rate: rational(24000, 1001), asks: false });
  });

  it('is never one at which its own numbers cannot exist', async () => {
    const clips = [makeClip({ clipName: 'A001', frameRate: rational(24) })];
    expect(await rateOf(listUpTo(24, ['A001']), clips)).toEqual({ rate: rational(25), asks: false });
  });

  it('is the one of the media that the numbers leave, where the media disagree', async () => {
    expect(await rateOf(listUpTo(24, ['A001', 'B001']), PAL_AND_FILM)).toEqual({
      rate: rational(25),
      asks: false,
    });
  });

  it('is asked for where neither the numbers nor the media tell it', async () => {
    expect(await rateOf(listUpTo(20, ['A001', 'B001'], 4), PAL_AND_FILM)).toMatchObject({ asks: true });
  });

  it('is what a person says, whatever the media', async () => {
    expect(await rateOf(listUpTo(20, ['A001', 'B001']), PAL_AND_FILM, rational(24))).toEqual({
      rate: rational(24),
      asks: false,
    });
  });
});
