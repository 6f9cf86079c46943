import { z } from 'zod';
import { Finding } from './finding.ts';
import { LegalName, Priority, ShootDay, SiteName } from './names.ts';
import { TransferFacts } from './transfer.ts';

export const RollState = z.enum(['arriving', 'verifying', 'incomplete', 'sealed', 'refused']);
export type RollState = z.infer<typeof RollState>;

/** The input of `ingestRoll`: what a person, the CLI, a client or a schedule sends. */
export const IngestRequest = z.strictObject({
  production: LegalName,
  source: z.string().min(1).describe('absolute path of the card folder, under a root that the site lists'),
  roll: LegalName.optional().describe('default: the folder name'),
  shootDay: ShootDay.optional().describe('default: the nearest parent folder named YYYYMMDD'),
  site: SiteName.optional().describe('default: the site of the installation'),
  priority: Priority.default(3),
});
export type IngestRequest = z.input<typeof IngestRequest>;

/** A roll that is here already: the input of `verifyRoll`. */
export const VerifyRequest = z.strictObject({
  production: LegalName,
  shootDay: ShootDay,
  roll: LegalName,
  site: SiteName.optional().describe('where to verify it; default: its home'),
  priority: Priority.default(5).describe('background: nobody waits for a second verification'),
});
export type VerifyRequest = z.input<typeof VerifyRequest>;

/** The request with every default filled: what the child workflow receives. */
export const RollRequest = z.object({
  production: LegalName,
  source: z.string(),
  roll: LegalName,
  shootDay: ShootDay,
  site: SiteName,
  priority: Priority,
});
export type RollRequest = z.infer<typeof RollRequest>;

/** `<production>/<shoot day>/<roll>`: identifies a roll everywhere. */
export function rollId(roll: { production: string; shootDay: string; roll: string }): string {
  return `${roll.production}/${roll.shootDay}/${roll.roll}`;
}

/** The outcome of one ingest. */
export const RollReport = z.looseObject({
  version: z.literal(1),
  kind: z.literal('roll-report'),
  rollId: z.string(),
  state: RollState,
  counts: z.object({
    files: z.int(),
    bytes: z.int(),
    verified: z.int(),
    failed: z.int(),
    missing: z.int(),
    clips: z.int(),
  }),
  generation: z.int().nullable().describe('number of the ASC MHL generation that this ingest appended'),
  findings: z.array(Finding),
  site: SiteName.optional().describe(
    'where it was read; absent in reports of before rolls were sent to other sites',
  ),
  transfer: TransferFacts.optional().describe('of a transfer: what was sent'),
});
export type RollReport = z.infer<typeof RollReport>;
