import type { Connection } from './connection.ts';
import { elementText } from './list-objects.ts';
import { calling } from './store-failure.ts';

/** The versions of one key, newest first; a mark of deletion counts as one. */
export type KeyVersions = { key: string; versionIds: string[] };

/**
 * Versions of every key under a prefix. An original with more than one was written over: only a chain file may be.
 * @throws PipelineError service-away, refused-by-rule
 */
export async function versionsOf(
  { client }: Connection,
  bucket: string,
  prefix: string,
): Promise<KeyVersions[]> {
  const found = new Map<string, string[]>();
  let marker = '';
  do {
    const query = `versions=&encoding-type=url&max-keys=1000&prefix=${encodeURIComponent(prefix)}${marker}`;
    const page = await calling({ act: 'list versions of', bucket, key: prefix }, async () => {
      const response = await client.makeRequestAsync({ method: 'GET', bucketName: bucket, query }, '', [200]);
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      return Buffer.concat(pieces).toString('utf8');
    });
    const decode =
      elementText(page, 'EncodingType') === 'url'
        ? (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
        : (text: string) => text;
    for (const [, entry] of page.matchAll(/<(?:Version|DeleteMarker)>(.*?)<\/(?:Version|DeleteMarker)>/gs)) {
      const key = decode(elementText(entry!, 'Key') ?? '');
      found.set(key, [...(found.get(key) ?? []), elementText(entry!, 'VersionId') ?? '']);
    }
    const isTruncated = elementText(page, 'IsTruncated') === 'true';
    const nextKey = decode(elementText(page, 'NextKeyMarker') ?? '');
    const nextVersion = elementText(page, 'NextVersionIdMarker') ?? '';
    marker = isTruncated
      ? `&key-marker=${encodeURIComponent(nextKey)}&version-id-marker=${encodeURIComponent(nextVersion)}`
      : '';
  } while (marker !== '');
  return [...found].map(([key, versionIds]) => ({ key, versionIds }));
}
