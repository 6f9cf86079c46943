import { z } from 'zod';
import { Rational } from './rational.ts';
import { DecodeSettings } from './segment-job.ts';

/** What decoding and framing need to know of a camera format; null: nobody and nothing told it yet. */
export const CameraFormatAttributes = z.strictObject({
  inputColorSpace: z
    .string()
    .min(1)
    .nullable()
    .describe(
      'colour space of the pinned OpenColorIO config that decoded pixels are in; `camera-native` for raw',
    ),
  lensSqueeze: Rational.nullable(),
  sourceFdl: z.string().min(1).nullable().describe('key of the source FDL document in the store'),
  decode: DecodeSettings.partial().describe('decode values that are fixed; what is absent is as shot'),
});
export type CameraFormatAttributes = z.infer<typeof CameraFormatAttributes>;

/** What makes clips decode alike. `detected` is what inspection says; people's edits are learned rules beside it. */
export const CameraFormat = z.looseObject({
  version: z.literal(1),
  kind: z.literal('camera-format'),
  formatId: z
    .string()
    .min(1)
    .describe('digest of production, camera label, make, model, sensor mode, codec and squeeze'),
  production: z.string(),
  label: z.string().describe('for people, e.g. `A: ARRI ALEXA 35, 4.6K 3:2, ProRes 4444`'),
  cameraLabel: z.string().nullable(),
  cameraMake: z.string().nullable(),
  cameraModel: z.string().nullable(),
  sensorMode: z.string().nullable(),
  codec: z.string().nullable(),
  detected: CameraFormatAttributes,
});
export type CameraFormat = z.infer<typeof CameraFormat>;

/** A person's answer about a camera format: holds for every clip of that format, those that come later included. */
export const LearnedRule = z.looseObject({
  version: z.literal(1),
  kind: z.literal('learned-rule'),
  production: z.string(),
  formatId: z.string(),
  attributes: CameraFormatAttributes.partial(),
  who: z.string().min(1),
  at: z.iso.datetime(),
});
export type LearnedRule = z.infer<typeof LearnedRule>;
