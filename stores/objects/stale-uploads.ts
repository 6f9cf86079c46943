import type { Connection } from './connection.ts';
import { calling } from './store-failure.ts';

/**
 * Drops the parts that killed workers left: uploads under a prefix begun longer ago than any attempt may run. Returns how many.
 * @throws PipelineError service-away, refused-by-rule
 */
export async function dropStaleUploads(
  { client }: Connection,
  bucket: string,
  prefix: string,
  olderThanMs: number,
): Promise<number> {
  const before = Date.now() - olderThanMs;
  let dropped = 0;
  await calling({ act: 'list unfinished uploads of', bucket, key: prefix }, async () => {
    for await (const upload of client.listIncompleteUploads(bucket, prefix, true) as AsyncIterable<{
      key: string;
      uploadId: string;
      initiated: Date | string;
    }>) {
      if (new Date(upload.initiated).getTime() > before) continue;
      await client.abortMultipartUpload(bucket, upload.key, upload.uploadId);
      dropped += 1;
    }
  });
  return dropped;
}
