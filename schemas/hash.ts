import { z } from 'zod';

/** Formats of ASC MHL manifests. xxh128 is our identity hash. Source: ASC MHL v2.0 XSD, element order of `hash`. */
export const HashFormat = z.enum(['c4', 'md5', 'sha1', 'xxh128', 'xxh3', 'xxh64']);
export type HashFormat = z.infer<typeof HashFormat>;

/** Digests by format in their text form: lower-case hex, C4 as 90 characters. */
export const Digests = z.partialRecord(HashFormat, z.string());
export type Digests = z.infer<typeof Digests>;
