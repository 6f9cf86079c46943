import { z } from 'zod';

/** A word that may stand in ids, keys and file names. Legal characters: Netflix partner help 360001937127. */
export const LegalName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/,
    'letters, digits, dot, underscore and hyphen, starting with a letter or digit',
  );

/** A shoot day as `YYYYMMDD`, one that the calendar has. */
export const ShootDay = z
  .string()
  .regex(/^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, 'a day as YYYYMMDD')
  .refine(
    (day) =>
      new Date(Date.UTC(+day.slice(0, 4), +day.slice(4, 6) - 1, +day.slice(6))).getUTCDate() ===
      +day.slice(6),
    'a day that the calendar has',
  );

/** 1 urgent, 3 normal, 5 background. Source: Temporal task queue priority, key 1..5. */
export const Priority = z.int().min(1).max(5);

/** A place with storage and compute. */
export const SiteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'lower-case letters, digits and hyphens');
