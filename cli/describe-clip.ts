import type { InspectedClip, InspectedField } from '../schemas/clip.ts';

/** What people look at first, in this order. */
const SHOWN = [
  'reelName',
  'startTimecode',
  'endTimecode',
  'frameRate',
  'captureRate',
  'frameCount',
  'imageSize',
  'pixelAspectRatio',
  'lensSqueeze',
  'codec',
  'container',
  'cameraMake',
  'cameraModel',
  'cameraSerialNumber',
  'lensModel',
  'focalLength',
  'tStop',
  'fStop',
  'exposureIndex',
  'isoSpeed',
  'shutterAngle',
  'whiteBalance',
  'tint',
  'ndFilter',
  'transferFunction',
  'colorPrimaries',
  'look',
  'slate',
  'recordedAt',
];

/** A clip as a short text for a terminal: the fields that are there, and every finding. */
export function describeClip(clip: InspectedClip): string {
  const lines = SHOWN.flatMap((name) => {
    const field = clip.fields[name];
    if (!field || field.value === null) return [];
    return [`  ${name.padEnd(20)} ${show(field)}  [${field.source}: ${field.sourceTag}]`];
  });
  const sound = (clip.sound ?? []).map(
    (s) =>
      `  sound                ${s.path}${s.soundRoll === null ? '' : ` (${s.soundRoll})`}, ${s.overlapSeconds} s of it, from ${s.offsetSeconds} s`,
  );
  const findings = clip.findings.map((f) => `  ${f.severity}: ${f.forPeople}`);
  return `${[`${clip.clipName}  (${clip.files.length} ${clip.files.length === 1 ? 'file' : 'files'})`, ...lines, ...sound, ...findings].join('\n')}\n\n`;
}

function show(field: InspectedField): string {
  const { value, unit } = field;
  const text =
    typeof value === 'string'
      ? value
      : typeof value === 'number'
        ? String(Number(value.toPrecision(7)))
        : compact(value as Record<string, unknown>);
  return unit && typeof value === 'number' ? `${text} ${unit}` : text;
}

function compact(value: Record<string, unknown>): string {
  const { num, den, width, height } = value as Record<string, number>;
  if (num !== undefined && den !== undefined) return den === 1 ? String(num) : `${num}/${den}`;
  if (width !== undefined && height !== undefined && Object.keys(value).length === 2)
    return `${width}×${height}`;
  return Object.entries(value)
    .map(([key, v]) => `${key} ${typeof v === 'string' ? v : JSON.stringify(v)}`)
    .join(', ');
}
