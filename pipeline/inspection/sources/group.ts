import type { ClipGroup } from '../../ingest/clip-group.ts';
import type { Readings } from '../reading.ts';

/** Codec and container that the kind of content alone tells; readers that see more outrank it. */
const BY_CONTENT: Record<string, { family: string; container: string; bayer?: boolean }> = {
  r3d: { family: 'redcode', container: 'r3d', bayer: true },
  ari: { family: 'arriraw', container: 'ari', bayer: true },
  braw: { family: 'braw', container: 'braw', bayer: true },
  dpx: { family: 'dpx', container: 'sequence' },
  cineon: { family: 'cineon', container: 'sequence' },
  exr: { family: 'exr', container: 'sequence' },
  crx: { family: 'cinema-raw-light', container: 'crm', bayer: true },
  mxf: { family: 'other', container: 'mxf' },
  mts: { family: 'other', container: 'mpegts' },
  mpeg: { family: 'other', container: 'mpeg' },
  avi: { family: 'other', container: 'avi' },
  matroska: { family: 'other', container: 'matroska' },
  cine: { family: 'raw', container: 'cine' },
  mlv: { family: 'raw', container: 'mlv', bayer: true },
  wav: { family: 'pcm', container: 'wav' },
};

/** What the card's listing and the kind of content tell of a clip. */
export function readGroup(group: ClipGroup, sniffed: string | null, readings: Readings): void {
  const certain = { confidence: 1 };
  readings.add('clipName', group.cardRule, group.clipName, {
    confidence: group.cardRule === 'sidecar-only' ? 0.3 : 0.8,
  });
  readings.add(
    'originalFileNames',
    'listing',
    group.files
      .filter((f) => f.role !== 'frame' || f.frame === 0)
      .map((f) => f.path.slice(f.path.lastIndexOf('/') + 1)),
    certain,
  );
  readings.add('files', 'listing', group.files.length, certain);
  const content = sniffed === null ? undefined : BY_CONTENT[sniffed];
  if (content) {
    readings.add('container', 'content', content.container, { raw: sniffed, confidence: 0.4 });
    if (content.family !== 'other')
      readings.add(
        'codec',
        'content',
        { family: content.family, ...(content.bayer ? { bayer: true } : {}) },
        { raw: sniffed, confidence: 0.3 },
      );
  }
  if (group.span)
    readings.add(
      'spanning',
      'file numbers',
      { count: group.span.count, missing: group.span.missing },
      certain,
    );
  const frames = group.files.filter((f) => f.role === 'frame').length;
  if (frames === 0) return;
  readings.add('frameCount', 'listing', frames, certain);
  readings.add(
    'durationFrames',
    'listing',
    group.sequence ? group.sequence.last - group.sequence.first + 1 : frames,
    certain,
  );
  if (!group.sequence) return;
  readings.add('firstFrame', 'file name', group.sequence.first, certain);
  readings.add('lastFrame', 'file name', group.sequence.last, certain);
  readings.add('droppedFrames', 'file names', group.sequence.missingCount, certain);
  readings.add('missingFrames', 'file names', group.sequence.missing, certain);
}
