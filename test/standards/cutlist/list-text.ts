import type { ReadEvent } from '../../../standards/cutlist/edl/event.ts';
import { type EdlCutList, parseEdl } from '../../../standards/cutlist/edl/parse.ts';
import { parseFrameRate } from '../../../standards/time/frame-rate.ts';

/** Reads lines as a list at a rate, as `rushes cutlist show --fps` does. */
export function read(lines: string[] | string, fps = '24', sourceFps?: string): EdlCutList {
  const text = typeof lines === 'string' ? lines : lines.join('\n');
  const rates = {
    rate: parseFrameRate(fps)!,
    ...(sourceFps === undefined ? {} : { sourceRate: parseFrameRate(sourceFps)! }),
  };
  return parseEdl(text, rates);
}

/** The only event of a list. */
export function one(lines: string[] | string, fps = '24', sourceFps?: string): ReadEvent {
  const { events } = read(lines, fps, sourceFps);
  if (events.length !== 1) throw new Error(`expected one event, got ${events.length}`);
  return events[0]!;
}

/** A second of source and a second of record at 24. */
export const SECOND = '01:00:00:00 01:00:01:00 02:00:00:00 02:00:01:00';
