import type { Rational } from '../../../schemas/rational.ts';
import { parseTimecode } from '../../time/timecode.ts';
import { findShotName } from '../shot-name.ts';
import type { ReadEvent } from './event.ts';

/**
 * Hands locators that stand away from their event (Avid can write all markers as a table at the end) to the picture event that plays at
 * their record time. A locator that lies within its own event stays; one that fits none stays too.
 */
export function placeStrayLocators(events: ReadEvent[], rate: Rational): void {
  const pictures = events.filter(
    (event) => event.tracks.some((track) => track.startsWith('V')) && event.recordFrames !== null,
  );
  for (const home of events) {
    const staying = (home.locators ?? []).filter((locator) => {
      const reading =
        locator.at === null
          ? null
          : parseTimecode(locator.at, rate, home.frameCodeMode === true && home.dropFrame);
      if (!reading?.ok || holds(home, reading.timecode.frames)) return true;
      const target = pictures.find(
        (event) => event.class !== 'black' && holds(event, reading.timecode.frames),
      );
      if (!target || target === home) return true;
      target.locators = [...(target.locators ?? []), locator];
      target.shotName ??= findShotName({ vfx: [], locators: [locator.note], clipName: null })?.name ?? null;
      return false;
    });
    if (staying.length === home.locators?.length) continue;
    home.locators = staying;
    const notes = staying.map(({ note }) => note);
    home.shotName =
      findShotName({ vfx: home.vfxNotes, locators: notes, clipName: home.clipName })?.name ?? null;
  }
}

function holds(event: ReadEvent, frame: number): boolean {
  const record = event.recordFrames;
  return record != null && frame >= record.in && frame < record.in + Math.max(1, record.duration);
}
