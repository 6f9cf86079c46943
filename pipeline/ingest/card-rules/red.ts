import { type CardFile, inFolder } from '../card-file.ts';
import type { Claim } from '../clip-group.ts';

/** `A001_C001_12046M_001.R3D`: the last three digits number the files of one take. */
const SEGMENT = /^(.+)_(\d{3})$/;

/**
 * RED: one `.RDC` folder is one take; loose R3D files of one take share all but their last number.
 * Source: shared reference inspection section 4.
 */
export function claimRed(file: CardFile): Claim | null {
  const rdc = /^(.*?)([^/]+)\.RDC(?:\/|$)/i.exec(`${file.folder}/`);
  if (!rdc && file.extension !== 'r3d') return null;
  const segment = SEGMENT.exec(file.stem);
  const clipName = rdc ? rdc[2]! : (segment?.[1] ?? file.stem);
  const clipKey = rdc ? `${rdc[1]}${rdc[2]}.RDC` : inFolder(file.folder, clipName);
  const claim = { clipKey, clipName, cardRule: 'red' as const };
  switch (file.extension) {
    case 'r3d':
      return { ...claim, role: 'segment', ...(segment ? { spanIndex: Number(segment[2]) } : {}) };
    case 'mov':
    case 'mxf':
    case 'mp4':
      return { ...claim, role: 'proxy' };
    case 'wav':
      return { ...claim, role: 'audio' };
    case 'rmd':
    case 'rtn':
    case 'cdl':
    case 'cube':
      return { ...claim, role: 'sidecar' };
    default:
      return { ...claim, role: 'other' };
  }
}
