import type { Connection } from './connection.ts';
import { unquoted } from './single-put.ts';
import { storeFailure } from './store-failure.ts';

/** An object as listed. A key that ends in `/` is an empty folder. */
export type ListedObject = { key: string; sizeBytes: number; etag: string; modifiedAt: string };

/** Every object under a prefix, in key order (bytes of UTF-8), a thousand at a time. @throws PipelineError service-away, not-found */
export async function* listObjects(
  connection: Connection,
  bucket: string,
  prefix: string,
): AsyncGenerator<ListedObject> {
  let token = '';
  do {
    const page = await listPage(connection, bucket, prefix, token);
    for (const object of page.objects) {
      if (object.name === undefined) continue;
      yield {
        key: object.name,
        sizeBytes: object.size ?? 0,
        etag: unquoted(object.etag),
        modifiedAt: object.lastModified?.toISOString() ?? '',
      };
    }
    token = page.isTruncated ? page.nextContinuationToken : '';
  } while (token !== '');
}

async function listPage(
  { client }: Connection,
  bucket: string,
  prefix: string,
  token: string,
): ReturnType<typeof client.listObjectsV2Query> {
  try {
    return await client.listObjectsV2Query(bucket, prefix, token, '', 1000, '');
  } catch (error) {
    throw storeFailure(error, { act: 'list', bucket, key: prefix });
  }
}
