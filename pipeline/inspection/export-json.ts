import type { InspectedClip } from '../../schemas/clip.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational } from '../../standards/time/rational.ts';
import { exportRow, type LookCdl } from './export-row.ts';

/** A clip as production trackers take it: flat, snake case, rates as text, frames and timecode of the first and last frame. */
export type TrackerClip = {
  code: string;
  clip_id: string | null;
  reel: string | null;
  source_file: string | null;
  timecode_in: string | null;
  timecode_out: string | null;
  frame_rate: string | null;
  sensor_rate: string | null;
  frame_count: number | null;
  width: number | null;
  height: number | null;
  pixel_aspect: string | null;
  lens_squeeze: string | null;
  codec: string | null;
  scene: string | null;
  shot: string | null;
  take: string | null;
  circled: string | null;
  camera: string | null;
  camera_make: string | null;
  camera_model: string | null;
  camera_serial: string | null;
  lens: string | null;
  focal_length_mm: number | null;
  exposure_index: number | null;
  shutter_angle: number | null;
  white_balance_k: number | null;
  recorded_at: string | null;
  cdl: { slope: number[]; offset: number[]; power: number[]; saturation: number } | null;
  look: string | null;
  findings: string[];
};

/** The document for production trackers. `timecode_out` is inclusive. */
export function exportJson(clips: readonly InspectedClip[]): {
  version: 1;
  kind: 'clip-list';
  clips: TrackerClip[];
} {
  return { version: 1, kind: 'clip-list', clips: clips.map(trackerClip) };
}

function trackerClip(clip: InspectedClip): TrackerClip {
  const row = exportRow(clip);
  const rate = (field: string) => {
    const value = clip.fields[field]?.value as Rational | null | undefined;
    return value ? formatRational(value) : null;
  };
  const codec = clip.fields.codec?.value as { family?: string; profile?: string } | null | undefined;
  const cdl: LookCdl | null = row.cdl;
  return {
    code: row.name,
    clip_id: row.text('clipId'),
    reel: row.reel,
    source_file: row.sourceFile,
    timecode_in: row.start,
    timecode_out: row.end,
    frame_rate: rate('frameRate'),
    sensor_rate: rate('captureRate'),
    frame_count: row.frameCount,
    width: row.size?.width ?? null,
    height: row.size?.height ?? null,
    pixel_aspect: rate('pixelAspectRatio'),
    lens_squeeze: rate('lensSqueeze'),
    codec: codec?.family ? [codec.family, codec.profile].filter(Boolean).join(' ') : null,
    scene: row.slate.scene ?? null,
    shot: row.slate.shot ?? null,
    take: row.slate.take ?? null,
    circled: row.slate.circled ?? null,
    camera: row.text('cameraLabel'),
    camera_make: row.text('cameraMake'),
    camera_model: row.text('cameraModel'),
    camera_serial: row.text('cameraSerialNumber'),
    lens: row.text('lensModel'),
    focal_length_mm: row.number('focalLength'),
    exposure_index: row.number('exposureIndex'),
    shutter_angle: row.number('shutterAngle'),
    white_balance_k: row.number('whiteBalance'),
    recorded_at: row.text('recordedAt'),
    cdl,
    look: row.look,
    findings: clip.findings.map((f) => f.code),
  };
}
