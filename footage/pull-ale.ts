import { makeAle, ratePerSecond } from './ale.ts';
import { frameTimecode } from './clip-spec.ts';
import type { CutUse } from './cut-list.ts';

/** A pull list in ALE form: one row a use, `Start` to `End` (exclusive) over all source frames that it shows. Speeds and dissolves have no place in it. */
export function makePullAle(uses: readonly CutUse[]): string {
  const first = uses[0];
  if (!first) return makeAle({ num: 24, den: 1 }, 1080, []);
  return makeAle(
    first.clip.rate,
    first.clip.height,
    uses.map((use) => ({
      Name: use.shotName ?? use.clip.clipName,
      Tracks: 'V',
      Start: frameTimecode(use.clip, use.first),
      End: frameTimecode(use.clip, use.first + use.durationFrames),
      Tape: use.reel ?? use.clip.reel,
      'Source File': use.clip.clipName,
      FPS: ratePerSecond(use.clip.rate),
      ...(use.cdl
        ? {
            ASC_SOP: [use.cdl.slope, use.cdl.offset, use.cdl.power].map((v) => `(${v.join(' ')})`).join(''),
            ASC_SAT: String(use.cdl.saturation),
          }
        : {}),
    })),
  );
}
