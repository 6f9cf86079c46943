import type { MatchClip } from '../../../pipeline/conform/match-clip.ts';
import { rational } from '../../../standards/time/rational.ts';

/** A clip of roll A001 that starts at 10:00:00:00 and holds ten seconds at 24. */
export function makeClip(change: Partial<MatchClip> = {}): MatchClip {
  const clipName = change.clipName ?? 'A001C002_240101_R1AB';
  return {
    clipId: change.clipId ?? clipName,
    clipName,
    rollId: 'AGM/20240101/A001',
    reelName: clipName,
    cameraReel: 'A001',
    originalFileNames: [`${clipName}.mov`],
    startTimecode: '10:00:00:00',
    frameRate: rational(24),
    frameCount: 240,
    dropFrame: false,
    isProxy: false,
    ...change,
  };
}

/** Event lines of cuts that follow each other from 01:00:00:00, each with its remarks. */
export function cuts(
  ...events: { reel: string; source: string; seconds?: number; remarks?: string[]; track?: string }[]
): string {
  let record = 3600;
  const clock = (seconds: number) =>
    `${[Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':')}:00`;
  return events
    .map(({ reel, source, seconds = 1, remarks = [], track = 'V' }, at) => {
      const lines = [
        `${String(at + 1).padStart(3, '0')}  ${reel.padEnd(8)} ${track.padEnd(5)} C        ${source} ${clock(record)} ${clock(record + seconds)}`,
        ...remarks,
      ];
      record += seconds;
      return lines.join('\n');
    })
    .join('\n');
}
