import { expect, it } from 'vitest';
import { matchEvents } from '../../../pipeline/conform/match.ts';
import { planTurnover } from '../../../pipeline/conform/plan.ts';
import { parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { rational } from '../../../standards/time/rational.ts';
import { formatTimecode } from '../../../standards/time/timecode.ts';
import { makeClip } from './make-clips.ts';

it('a list of 2,000 events against 100,000 clips is planned in under 5 seconds', () => {
  const rate = rational(24);
  const timecode = (frames: number) => formatTimecode({ frames, rate, dropFrame: false });
  const clips = Array.from({ length: 100_000 }, (_, at) => {
    const camera = 'ABCDEFGH'[at % 8]!;
    const roll = String(1 + Math.floor(at / 400)).padStart(3, '0');
    const clipName = `${camera}${roll}C${String(1 + (Math.floor(at / 8) % 50)).padStart(3, '0')}_24${String(1 + (at % 12)).padStart(2, '0')}01_R${at.toString(36).toUpperCase().padStart(4, '0')}`;
    return makeClip({
      clipId: `clip-${at}`,
      clipName,
      cameraReel: `${camera}${roll}`,
      rollId: `AGM/20240101/${camera}${roll}`,
      startTimecode: timecode((at * 997) % 2_000_000),
      frameCount: 1440,
    });
  });
  const lines = Array.from({ length: 2000 }, (_, at) => {
    const number = (at * 7919) % clips.length;
    const clip = clips[number]!;
    const first = ((number * 997) % 2_000_000) + 100;
    const reel = at % 3 === 0 ? clip.clipName.slice(0, 8) : clip.clipName;
    return `${String(at + 1).padStart(6, '0')}  ${reel} V C ${timecode(first)} ${timecode(first + 48)} ${timecode(86400 + at * 48)} ${timecode(86400 + at * 48 + 48)}\n* LOC: ${timecode(86400 + at * 48)} RED AGM_${String(at).padStart(4, '0')}_0010`;
  });
  const started = process.cpuUsage();
  const list = parseEdl(lines.join('\n'), { rate });
  const matches = matchEvents(list.events, clips, { recordRate: rate });
  const plan = planTurnover({
    turnover: 'AGM/big/1',
    list,
    matches,
    clips,
    recipe: { handles: 8, numbering: { first: 1001, at: 'handle-start', digits: 4 } },
  });
  const used = process.cpuUsage(started);
  const seconds = (used.user + used.system) / 1e6; // of the processor: the machine may be busy with other tests
  console.info(`2,000 events against 100,000 clips: ${seconds.toFixed(2)} CPU s`);
  expect(plan.plates.length).toBeGreaterThan(1900);
  // Ten times what it takes, and far from what it would take if every event were held against every clip.
  expect(seconds).toBeLessThan(12);
});
