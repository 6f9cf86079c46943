import { z } from 'zod';

/** Formats of ASC MHL manifests. xxh128 is our identity hash. Source: ASC MHL v2.0 XSD, element order of `hash`. */
export const HashFormat = z.enum(['c4', 'md5', 'sha1', 'xxh128', 'xxh3', 'xxh64']);
export type HashFormat = z.infer<typeof HashFormat>;

/** What a file can be hashed in: the formats of ASC MHL, and xxh32, which legacy MHL 1.x lists know and no manifest of ours is written in. */
export const HashAlgorithm = z.enum([...HashFormat.options, 'xxh32']);
export type HashAlgorithm = z.infer<typeof HashAlgorithm>;

/** Digests by algorithm in their text form: lower-case hex, C4 as 90 characters. */
export const Digests = z.partialRecord(HashAlgorithm, z.string());
export type Digests = z.infer<typeof Digests>;
