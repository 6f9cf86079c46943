import type { Cdl } from '../../../schemas/cut-list.ts';
import { mediaOf } from './flatten.ts';
import { nodeAt, nodesAt, type OtioNode, textAt } from './node.ts';

/** Where the adapters of the forms keep the reel or tape name, on the clip and on its media. */
const REEL_PATHS: readonly (readonly string[])[] = [
  ['metadata', 'cmx_3600', 'reel'],
  ['metadata', 'ALE', 'Tape'],
  ['metadata', 'AAF', 'TapeID'],
  ['metadata', 'AAF', 'UserComments', 'Tape'],
  ['metadata', 'fcp_xml', 'timecode', 'reel', 'name'],
  ['metadata', 'reel'],
];

/** The reel that metadata names, else the media's own name, else its file's, else the clip's. */
export function reelOf(clip: OtioNode): string {
  const media = mediaOf(clip);
  for (const path of REEL_PATHS) {
    const told = textAt(clip, ...path) ?? textAt(media, ...path);
    if (told !== null) return told;
  }
  const named = textAt(media, 'name') ?? fileOf(clip) ?? textAt(clip, 'name') ?? '';
  return named.replace(/\.[A-Za-z][A-Za-z0-9]{2,4}$/, '');
}

/** Whether the media counts drop-frame, as the Final Cut adapter keeps it; frame counts are real either way. */
export function countsDropFrame(clip: OtioNode): boolean {
  return textAt(mediaOf(clip), 'metadata', 'fcp_xml', 'timecode', 'displayformat') === 'DF';
}

/** File name of the clip's media, from its address; null when it has none. */
export function fileOf(clip: OtioNode): string | null {
  const media = mediaOf(clip);
  const url = textAt(media, 'target_url');
  if (url !== null) return withoutPercents(url.split(/[\\/]/).at(-1) ?? url);
  const prefix = textAt(media, 'name_prefix');
  return prefix === null ? null : `${prefix}${textAt(media, 'name_suffix') ?? ''}`;
}

/** Remarks that adapters keep in metadata, and markers: the places where shot names stand. */
export function commentsOf(clip: OtioNode): { vfx: string[]; markers: string[]; all: string[] } {
  const kept = nodeAt(clip, 'metadata', 'cmx_3600')?.comments;
  const comments = Array.isArray(kept)
    ? kept.filter((comment): comment is string => typeof comment === 'string')
    : [];
  const markers = nodesAt(clip, 'markers').flatMap((marker) =>
    [textAt(marker, 'name'), textAt(marker, 'comment')].filter((text) => text !== null),
  );
  const vfx = comments.flatMap((comment) => /^\*?\s*VFX\s*[:=]?\s+(.*)$/i.exec(comment)?.[1] ?? []);
  return { vfx, markers, all: [...comments, ...markers] };
}

/** The CDL that the EDL and ALE adapters keep: `cdl.asc_sop` with slope, offset, power, and `cdl.asc_sat`. */
export function cdlOf(clip: OtioNode): Cdl | null {
  const cdl = nodeAt(clip, 'metadata', 'cdl');
  const sop = nodeAt(cdl, 'asc_sop');
  const triple = (key: string): [number, number, number] | null => {
    const values = sop?.[key];
    const isTriple =
      Array.isArray(values) && values.length === 3 && values.every((value) => typeof value === 'number');
    return isTriple ? (values as [number, number, number]) : null;
  };
  const saturation = typeof cdl?.asc_sat === 'number' ? cdl.asc_sat : null;
  const slope = triple('slope');
  if (slope === null && saturation === null) return null;
  return {
    slope: slope ?? [1, 1, 1],
    offset: triple('offset') ?? [0, 0, 0],
    power: triple('power') ?? [1, 1, 1],
    saturation: saturation ?? 1,
  };
}

function withoutPercents(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
