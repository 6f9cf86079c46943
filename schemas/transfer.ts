import { z } from 'zod';
import { LegalName, Priority, ShootDay, SiteName } from './names.ts';

/** A stored roll that is to lie at another site too: the input of `transferRoll`. */
export const TransferRequest = z.strictObject({
  production: LegalName,
  shootDay: ShootDay,
  roll: LegalName,
  to: SiteName.describe('a site of the installation that the production’s residency rule allows'),
  priority: Priority.default(3),
});
export type TransferRequest = z.input<typeof TransferRequest>;

/** The request with its sites known: what the child workflow receives. */
export const TransferOrder = z.object({
  production: LegalName,
  shootDay: ShootDay,
  roll: LegalName,
  from: SiteName.describe('home of the roll'),
  to: SiteName,
  priority: Priority,
});
export type TransferOrder = z.infer<typeof TransferOrder>;

/** What a transfer put where: files that lay at their place already were not sent again. */
export const TransferFacts = z.object({
  from: SiteName,
  to: SiteName,
  filesSent: z.int().nonnegative(),
  bytesSent: z.int().nonnegative(),
  filesThere: z.int().nonnegative().describe('sent by an earlier attempt or transfer'),
});
export type TransferFacts = z.infer<typeof TransferFacts>;
