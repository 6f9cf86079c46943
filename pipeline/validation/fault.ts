import type { DetailCause } from './detail.ts';
import type { ColourCause } from './diagnose-colour.ts';

/** What is wrong between two sets of frames, as data. */
export type Fault = {
  code:
    | 'frames'
    | 'size'
    | 'framing-offset'
    | 'framing-scale'
    | 'orientation'
    | 'frame-slip'
    | 'frame-order'
    | 'black'
    | 'timecode'
    | 'alpha'
    | 'header'
    | 'coding'
    | DetailCause['kind']
    | ColourCause['kind'];
  frame: number | null;
  forPeople: string;
  technical: Record<string, unknown>;
};

/** A fault of one frame, or of the whole set where there is no frame. */
export function fault(
  code: Fault['code'],
  frame: number | null,
  forPeople: string,
  technical: Record<string, unknown>,
): Fault {
  return { code, frame, forPeople, technical };
}
