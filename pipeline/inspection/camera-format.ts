import { createHash } from 'node:crypto';
import {
  type CameraFormat,
  type CameraFormatAttributes,
  type LearnedRule,
  CameraFormat as Schema,
} from '../../schemas/camera-format.ts';
import type { InspectedClip } from '../../schemas/clip.ts';
import { type Finding, finding } from '../../schemas/finding.ts';
import type { Rational } from '../../schemas/rational.ts';
import { formatRational } from '../../standards/time/rational.ts';
import { inputColourSpaceOf } from './input-colour-space.ts';

/**
 * The camera format of a clip: clips with one format decode alike. Attributes that nothing tells are null, never guessed; white
 * balance and exposure stay with the clip.
 */
export function cameraFormatOf(clip: InspectedClip, production: string): CameraFormat {
  const text = (name: string) => {
    const value = clip.fields[name]?.value;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const cameraLabel = text('cameraLabel');
  const [cameraMake, cameraModel] = [text('cameraMake'), text('cameraModel')];
  const [sensorMode, codec] = [sensorModeOf(clip), codecOf(clip)];
  const lensSqueeze = (clip.fields.lensSqueeze?.value as Rational | null | undefined) ?? null;
  const { space } = inputColourSpaceOf(clip);
  // What decides the encoding is part of the format: one camera in two gammas is two formats.
  const encoding = [text('transferFunction'), text('colorPrimaries'), space];
  const parts = [
    production,
    cameraLabel,
    cameraMake,
    cameraModel,
    sensorMode,
    codec,
    lensSqueeze && formatRational(lensSqueeze),
    ...encoding,
  ];
  const camera =
    [cameraMake, cameraModel?.replace(new RegExp(`^${literally(cameraMake ?? '')}\\s+`, 'i'), '')]
      .filter((p) => p)
      .join(' ') || 'unknown camera';
  return Schema.parse({
    version: 1,
    kind: 'camera-format',
    formatId: createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
    production,
    label: `${cameraLabel ? `${cameraLabel}: ` : ''}${[camera, sensorMode, codec, lensSqueeze && lensSqueeze.num !== lensSqueeze.den ? `${formatRational(lensSqueeze)} squeeze` : null].filter(Boolean).join(', ')}`,
    cameraLabel,
    cameraMake,
    cameraModel,
    sensorMode,
    codec,
    detected: {
      inputColorSpace: space,
      lensSqueeze,
      sourceFdl: null,
      decode: {},
    } satisfies CameraFormatAttributes,
  });
}

/** The attributes in force: what was detected, under what people said, the latest word last. */
export function attributesInForce(
  format: CameraFormat,
  rules: readonly LearnedRule[],
): CameraFormatAttributes {
  const own = rules
    .filter((rule) => rule.formatId === format.formatId)
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  return Object.assign({}, format.detected, ...own.map((rule) => rule.attributes)) as CameraFormatAttributes;
}

/** What decoding still needs to be told about a clip's format, with the reason it could not be read. */
export function missingAttributes(
  clip: InspectedClip,
  format: CameraFormat,
  rules: readonly LearnedRule[] = [],
): Finding[] {
  if (attributesInForce(format, rules).inputColorSpace !== null) return [];
  const { missing } = inputColourSpaceOf(clip);
  return [
    finding(
      'attribute-missing',
      { kind: 'camera-format', id: format.formatId },
      `The input colour space of ${format.label} is not known (${clip.clipName}: ${missing}). Set it once: \`rushes formats set ${format.formatId} inputColorSpace=…\`; it then holds for every clip of this format.`,
      {
        attribute: 'inputColorSpace',
        reason: missing,
        transferFunction: clip.fields.transferFunction?.value ?? null,
        colorPrimaries: clip.fields.colorPrimaries?.value ?? null,
      },
    ),
  ];
}

/** Photosites and picture size: `4608x3164` or `sensor 7680x6408, 5120x4272`. */
function sensorModeOf(clip: InspectedClip): string | null {
  const size = (name: string) => {
    const value = clip.fields[name]?.value as { width: number; height: number } | null | undefined;
    return value ? `${value.width}x${value.height}` : null;
  };
  const [sensor, image] = [size('sensorArea'), size('imageSize')];
  return sensor && sensor !== image ? [`sensor ${sensor}`, image].filter(Boolean).join(', ') : image;
}

function codecOf(clip: InspectedClip): string | null {
  const codec = clip.fields.codec?.value as
    | { family?: string; profile?: string; bitDepth?: number }
    | null
    | undefined;
  return codec?.family
    ? [codec.family, codec.profile, codec.bitDepth && `${codec.bitDepth} bit`].filter(Boolean).join(' ')
    : null;
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
