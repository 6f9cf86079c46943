import { type Finding, finding, type Subject } from '../../schemas/finding.ts';
import { cardFile } from '../ingest/card-file.ts';

/** What people call the kinds of content. */
const KIND_NAMES: Record<string, string> = {
  mov: 'QuickTime or MP4',
  mxf: 'MXF',
  braw: 'Blackmagic RAW',
  r3d: 'REDCODE',
  ari: 'ARRIRAW',
  dpx: 'DPX',
  cineon: 'Cineon',
  exr: 'OpenEXR',
  tiff: 'TIFF or DNG',
  crx: 'Canon raw',
  mts: 'an MPEG transport stream',
  mpeg: 'an MPEG program stream',
  avi: 'AVI',
  matroska: 'Matroska',
  cine: 'Phantom Cine',
  mlv: 'Magic Lantern video',
  wav: 'wave sound',
  aiff: 'AIFF sound',
  jpeg: 'JPEG',
  png: 'PNG',
  jpeg2000: 'JPEG 2000',
  heif: 'HEIF',
  gpmf: 'GoPro telemetry',
  text: 'text',
};

/** Endings that promise one content, with every content a maker puts under them. */
const PROMISES: [endings: string, kinds: string[]][] = [
  ['mov mp4 m4v 3gp 360 insv lrv lrf', ['mov']],
  ['mxf', ['mxf']],
  ['braw', ['braw', 'mov']],
  ['r3d', ['r3d']],
  ['ari', ['ari']],
  ['crm cr3', ['crx', 'mov']],
  ['dpx', ['dpx']],
  ['cin', ['cineon']],
  ['exr sxr', ['exr']],
  ['dng tif tiff', ['tiff']],
  ['png', ['png']],
  ['jpg jpeg', ['jpeg']],
  ['jp2 j2c j2k jpk', ['jpeg2000']],
  ['mts m2ts', ['mts']],
  ['mpg mpeg', ['mpeg', 'mts']],
  ['avi', ['avi']],
  ['mkv webm', ['matroska']],
  ['cine', ['cine']],
  ['mlv', ['mlv']],
  ['wav bwf rf64', ['wav']],
  ['aif aiff', ['aiff']],
  ['ale xml csv srt txt json cdl ccc amf fdl edl', ['text']],
];
const PROMISED = new Map(
  PROMISES.flatMap(([endings, kinds]) => endings.split(' ').map((ending) => [ending, kinds] as const)),
);

/** A file whose ending promises another content than it has. What no reader knows is not judged here. */
export function mislabelled(at: Subject, path: string, sniffed: string): Finding[] {
  const { extension } = cardFile({ path, sizeBytes: 0 });
  const promised = PROMISED.get(extension);
  const is = KIND_NAMES[sniffed];
  if (!promised || is === undefined || promised.includes(sniffed)) return [];
  const sentence = `${path} holds ${is}, its ending promises ${KIND_NAMES[promised[0]!]}: it was read by its content. Give it the ending of what it is.`;
  return [finding('content-mislabelled', at, sentence, { sniffed, ending: extension, promised })];
}
