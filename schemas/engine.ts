import { z } from 'zod';
import { LegalName } from './names.ts';

/** Which engines may decode a codec, the preferred first. A site or production may put its own rules before ours. */
export const EngineRule = z.strictObject({
  codec: z.string().min(1).describe('codec as decode settings name it, or * for every codec'),
  cameraMake: z
    .string()
    .min(1)
    .optional()
    .describe('only for cameras of this make, compared without case; default: every make'),
  recipe: z.string().min(1).optional().describe('only for recipes of this name; default: every recipe'),
  engines: z.array(z.string().min(1)).min(1).describe('names of engines, the preferred first'),
});
export type EngineRule = z.infer<typeof EngineRule>;

/** Name and versions of the engine that made something: what a pixel key is made with. */
export const EngineIdentity = z.object({ name: z.string(), versions: z.record(z.string(), z.string()) });
export type EngineIdentity = z.infer<typeof EngineIdentity>;

/** What an engine at a site says of itself, as a worker there announced it. */
export const SiteEngine = EngineIdentity.extend({
  decodes: z.array(z.string()),
  writes: z.array(z.string()),
  missing: z.array(z.object({ what: z.string(), why: z.string(), fix: z.string() })),
  licences: z
    .int()
    .positive()
    .nullable()
    .describe('renders at once at the whole site; null: as many as there are slots'),
});
export type SiteEngine = z.infer<typeof SiteEngine>;

/**
 * How long the word of a host holds that it has an engine. A site may start its render workers only when there is work, so
 * that silence of hours means nothing; a segment waits this long for a worker, and after that nobody is coming.
 */
export const ANNOUNCEMENT_HOLDS_DAYS = 7;

const Spread = z.strictObject({
  max: z.number().nonnegative(),
  mean: z.number().nonnegative(),
  p99: z.number().nonnegative(),
});

/** How far two engines may be apart. */
export const Thresholds = z.strictObject({
  deltaItp: Spread.describe('just noticeable steps, ΔE ITP of ITU-R BT.2124'),
  codeValues: Spread.describe('ten-bit codes on the ACEScct curve'),
  ignoredHeader: z.array(z.string()).describe('header values that may differ'),
});
export type Thresholds = z.infer<typeof Thresholds>;

/** What a production asks of engines. */
export const EngineSettings = z.strictObject({
  requiresGate: z
    .array(z.string().min(1))
    .describe('engines that render only in a version that passed the gate for the camera format')
    .default([]),
  thresholds: Thresholds.partial().describe('what differs from our thresholds').default({}),
  rules: z.array(EngineRule).describe('looked at before the rules of the site').default([]),
});
export type EngineSettings = z.infer<typeof EngineSettings>;

/** A verdict of the gate as it is kept: an engine of these versions against a reference, for a camera format. */
export const GateVerdict = z.looseObject({
  version: z.literal(1),
  kind: z.literal('gate-verdict'),
  production: LegalName,
  engine: z.string().describe('fingerprint of the engine that was judged: name and versions'),
  reference: z
    .string()
    .describe('what it was held against: an engine with its versions, or a folder of stills'),
  cameraFormat: z.string().describe('id of the camera format, or all'),
  passed: z.boolean(),
  factKey: z.string().describe('the whole verdict in the object store'),
  who: z.string().min(1),
  at: z.iso.datetime(),
});
export type GateVerdict = z.infer<typeof GateVerdict>;
