import { z } from 'zod';
import { LegalName } from './names.ts';
import { MasteringDisplay } from './segment-job.ts';
import { SoundChoice } from './sound.ts';

/** Numbering of delivered frames. */
export const FrameNumbering = z.object({
  first: z.int().nonnegative().describe('1001 by convention'),
  at: z.enum(['handle-start', 'cut-in']).describe('which frame bears the number `first`'),
  digits: z.int().min(4).max(8),
});

const Plate = z.strictObject({
  kind: z.literal('plate'),
  name: LegalName,
  colour: z.enum(['ACES2065-1', 'ACEScg']),
  compression: z.enum(['none', 'zip', 'piz']),
  container: z.enum(['openexr', 'st2065-4']),
  route: z.enum(['reference', 'fast']),
  naming: z.string().describe('template of the file stem, e.g. {shot}_{plate}_v{version}'),
});

const LogPlate = z.strictObject({
  kind: z.literal('log-plate'),
  name: LegalName,
  log: z
    .enum(['camera', 'ADX10'])
    .describe('camera: as recorded; pictures without a log of their own, and all others by choice, ADX10'),
  bits: z.union([z.literal(10), z.literal(16)]),
  route: z.enum(['reference', 'fast']),
  naming: z.string(),
});

const ProxyDeliverable = z.strictObject({
  kind: z.literal('proxy'),
  name: LegalName,
  codec: z.enum(['prores-proxy', 'prores-lt', 'prores-4444', 'dnxhr-lb', 'h264', 'jpeg2000']),
  container: z.enum(['mov', 'mxf', 'mp4']),
  maxWidth: z.int().positive(),
  display: z.string(),
  view: z.string(),
  output: z
    .enum(['amf', 'recipe'])
    .optional()
    .describe('whose output transform: of the AMF where there is one (default), or always of the recipe'),
  mastering: MasteringDisplay.optional().describe('told in the movie where its container holds it'),
  sound: SoundChoice.optional().describe('whose sound; default: of the camera'),
  burnIns: z.boolean(),
  naming: z.string(),
});

const Still = z.strictObject({
  kind: z.literal('still'),
  name: LegalName,
  maxWidth: z.int().positive(),
  display: z.string(),
  view: z.string(),
});

const Trim = z.strictObject({
  kind: z.literal('trim'),
  name: LegalName,
  naming: z.string().describe('template of the folder; the files in it keep the names the camera gave'),
});

export const DeliverableSpec = z.discriminatedUnion('kind', [Plate, LogPlate, ProxyDeliverable, Still, Trim]);
export type DeliverableSpec = z.infer<typeof DeliverableSpec>;
export type PlateSpec = z.infer<typeof Plate>;
export type LogPlateSpec = z.infer<typeof LogPlate>;
export type ProxySpec = z.infer<typeof ProxyDeliverable>;
export type StillSpec = z.infer<typeof Still>;
export type TrimSpec = z.infer<typeof Trim>;

/** What to make: a named, versioned list of deliverable specs. */
export const Recipe = z.strictObject({
  version: z.literal(1),
  kind: z.literal('recipe'),
  name: LegalName,
  revision: z.int().positive(),
  description: z.string(),
  handles: z.int().nonnegative(),
  numbering: FrameNumbering,
  framing: z
    .strictObject({
      template: z
        .string()
        .nullable()
        .describe('id or label of the canvas template in the FDL; null: the only one there is'),
      upscale: z.boolean().describe('whether a template may enlarge the picture'),
    })
    .optional()
    .describe('how an FDL is used; default: its only template, never enlarged'),
  deliverables: z.array(DeliverableSpec).min(1),
});
export type Recipe = z.infer<typeof Recipe>;
