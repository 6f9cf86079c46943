import { createHash } from 'node:crypto';
import type { AmfHash } from './amf.ts';

/** Source: acesMetadataFile.xsd, hashAlgoType. */
const ALGORITHMS: Record<string, { name: AmfHash['algorithm']; bytes: number }> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': { name: 'sha256', bytes: 32 },
  'http://www.w3.org/2000/09/xmldsig#sha1': { name: 'sha1', bytes: 20 },
  'http://www.w3.org/2001/04/xmldsig-more#md5': { name: 'md5', bytes: 16 },
};

/**
 * Reads a hash element's text. The schema says base64, the official examples hold hex: the length tells which it is.
 * @returns a sentence about what is wrong when it is neither
 */
export function readHash(text: string, algorithm: string | undefined): AmfHash | string {
  const known = ALGORITHMS[algorithm ?? ''];
  if (!known) return `the hash algorithm is "${algorithm ?? ''}", which AMF does not have`;
  const digest = text.replace(/\s/g, '');
  if (new RegExp(`^[0-9a-fA-F]{${known.bytes * 2}}$`).test(digest)) {
    return { algorithm: known.name, digest: digest.toLowerCase() };
  }
  const raw = /^[A-Za-z0-9+/]+={0,2}$/.test(digest) ? Buffer.from(digest, 'base64') : null;
  if (raw?.length === known.bytes) return { algorithm: known.name, digest: raw.toString('hex') };
  return `the hash "${digest}" is no ${known.name}, neither as ${known.bytes * 2} hex digits nor as base64 of ${known.bytes} bytes`;
}

/** The digest of bytes in lower-case hex. */
export function digestOf(algorithm: AmfHash['algorithm'], bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
