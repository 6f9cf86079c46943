import type { InspectedClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { advance, formatTimecode, parseTimecode } from '../../standards/time/timecode.ts';

/** CDL numbers as a look field holds them. */
export type LookCdl = { slope: number[]; offset: number[]; power: number[]; saturation: number };

/** A clip as lists outside know it: names, times and slate as text and numbers, absent ones null. */
export type ExportRow = {
  clip: InspectedClip;
  name: string;
  sourceFile: string | null;
  reel: string | null;
  tape: string | null;
  rate: Rational | null;
  start: string | null;
  /** Inclusive, as this system keeps it. */
  end: string | null;
  /** Exclusive, as lists for editors write it. */
  endExclusive: string | null;
  /** As a timecode from zero. */
  duration: string | null;
  frameCount: number | null;
  size: { width: number; height: number } | null;
  cdl: LookCdl | null;
  look: string | null;
  slate: Record<string, string>;
  hasSound: boolean;
  text(field: string): string | null;
  number(field: string): number | null;
};

/** Takes a clip's fields apart for a list. */
export function exportRow(clip: InspectedClip): ExportRow {
  const value = (name: string) => clip.fields[name]?.value ?? null;
  const text = (name: string) => (typeof value(name) === 'string' ? (value(name) as string) : null);
  const number = (name: string) => (typeof value(name) === 'number' ? (value(name) as number) : null);
  const rate = value('frameRate') as Rational | null;
  const look = value('look') as { name?: string; cdl?: LookCdl } | null;
  const media = clip.files.find((f) => f.role !== 'sidecar' && f.role !== 'proxy' && f.role !== 'thumbnail');
  const audio = value('audio') as unknown[] | null;
  const frameCount = number('durationFrames') ?? number('frameCount');
  return {
    clip,
    name: clip.clipName,
    sourceFile: media ? media.path.slice(media.path.lastIndexOf('/') + 1) : null,
    reel: text('reelName'),
    tape: text('tapeName'),
    rate,
    start: text('startTimecode'),
    end: text('endTimecode'),
    ...times(text('startTimecode'), text('endTimecode'), (value('timecodeRate') as Rational | null) ?? rate),
    frameCount,
    size: value('imageSize') as ExportRow['size'],
    cdl: look?.cdl ?? null,
    look: look?.name ?? null,
    slate: Object.fromEntries(
      Object.entries((value('slate') ?? {}) as Record<string, unknown>).map(([key, v]) => [key, String(v)]),
    ),
    hasSound: (audio?.length ?? 0) > 0,
    text,
    number,
  };
}

function times(
  start: string | null,
  end: string | null,
  rate: Rational | null,
): Pick<ExportRow, 'endExclusive' | 'duration'> {
  const [a, b] = [start, end].map((t) => (t !== null && rate ? parseTimecode(t, rate) : null));
  if (!a?.ok || !b?.ok) return { endExclusive: null, duration: null };
  const endExclusive = advance(b.timecode, 1);
  const length = advance({ ...endExclusive, frames: endExclusive.frames - a.timecode.frames }, 0);
  return {
    endExclusive: formatTimecode(endExclusive),
    duration: formatTimecode({ ...length, dropFrame: false }),
  };
}

/** A number for people: at most six digits behind the point, none that say nothing. */
export function plainNumber(value: number | null): string {
  return value === null ? '' : String(Number(value.toFixed(6)));
}

/** `(s s s)(o o o)(p p p)`, the form ASC_SOP has in lists. Source: ASC CDL v1.2. */
export function sopText(cdl: LookCdl | null): string {
  return cdl
    ? [cdl.slope, cdl.offset, cdl.power].map((three) => `(${three.map(plainNumber).join(' ')})`).join('')
    : '';
}
