import { createHash } from 'node:crypto';
import { PipelineError } from '../../schemas/failure.ts';
import type { Connection } from './connection.ts';
import { bucketName } from './keys.ts';
import { unquoted, versionOf } from './single-put.ts';
import { calling, storeFailure } from './store-failure.ts';

/** The one kind of object that changes among the originals. Source: ASC MHL v2.0, chain file; design rule 7. */
const CHAIN_FILE = 'ascmhl_chain.xml';

/** The new state of a replaced object; `etag` is what the next replacement must match. */
export type Replaced = { etag: string; versionId: string | null };

/**
 * Replaces an object whose entity tag is still the one that was read; the loser of a race gets 'conflict', reads again and
 * tries with what it finds.
 * @throws PipelineError conflict, not-found, service-away
 */
export async function replaceIfMatch(
  { client, config }: Connection,
  bucket: string,
  key: string,
  bytes: Uint8Array,
  etag: string,
): Promise<Replaced> {
  if (bucket === bucketName(config.site, 'ocf') && !key.endsWith(`/${CHAIN_FILE}`)) {
    throw new PipelineError(
      'refused-by-rule',
      `${key} is an original: only ${CHAIN_FILE} is ever replaced there`,
      { bucket, key },
    );
  }
  const what = { act: 'replace', bucket, key };
  try {
    const request = {
      method: 'PUT',
      bucketName: bucket,
      objectName: key,
      headers: {
        'if-match': `"${etag}"`,
        'content-type': 'application/xml',
        'content-md5': createHash('md5').update(bytes).digest('base64'),
      },
    };
    const response = await calling(what, () => client.makeRequestAsync(request, Buffer.from(bytes), [200]));
    response.resume();
    return {
      etag: unquoted(response.headers.etag),
      versionId: versionOf(response.headers['x-amz-version-id']),
    };
  } catch (error) {
    const failure = storeFailure(error, what);
    // A 412 here means a colleague appended first, not that our bytes are wrong.
    if (failure instanceof PipelineError && failure.code === 'conflict')
      throw new PipelineError(
        'conflict',
        `${bucket}/${key} was replaced by somebody else since it was read`,
        { ...what, etag },
        { cause: error },
      );
    throw failure;
  }
}
