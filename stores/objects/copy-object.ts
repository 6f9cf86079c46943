import { type Connection, escapedPath } from './connection.ts';
import { abortUpload, completeUpload } from './multipart-upload.ts';
import { metadataHeaders } from './object-sink.ts';
import { statObject } from './object-stat.ts';
import { unquoted } from './single-put.ts';
import { answerFailure, calling, type StoreAct } from './store-failure.ts';

/** Where a copy comes from; `versionId` pins what was recorded. */
export type CopySource = { bucket: string; key: string; versionId?: string | undefined; sizeBytes: number };
type Target = { bucket: string; key: string };

/**
 * Copies inside the server, user metadata included; large objects in parts. It overwrites, because S3's copy knows no
 * If-None-Match: copy only what a manifest names later, to keys that nothing else writes. Safe to repeat. The client's own copy
 * is not used: it loses names that hold `+` or `%`.
 * @throws PipelineError not-found, service-away, refused-by-rule
 */
export async function copyObject(connection: Connection, source: CopySource, to: Target): Promise<void> {
  const what: StoreAct = { act: `copy ${source.bucket}/${source.key} to`, ...to };
  if (source.sizeBytes > connection.config.multipartAboveBytes)
    return copyInParts(connection, source, to, what);
  const headers = { 'x-amz-copy-source': sourceHeader(source) };
  await put(connection, what, { bucketName: to.bucket, objectName: to.key, headers }, 'CopyObjectResult');
}

async function copyInParts(
  connection: Connection,
  source: CopySource,
  to: Target,
  what: StoreAct,
): Promise<void> {
  const { client, config } = connection;
  const stat = await statObject(connection, source.bucket, source.key, source.versionId);
  const uploadId = await calling(what, () =>
    client.initiateNewMultipartUpload(to.bucket, to.key, metadataHeaders(stat?.metadata ?? {})),
  );
  try {
    const etags: string[] = [];
    const partBytes = Math.max(config.partBytes, Math.ceil(source.sizeBytes / 1000));
    for (let first = 0; first < source.sizeBytes; first += partBytes) {
      const last = Math.min(first + partBytes, source.sizeBytes) - 1;
      const query = `partNumber=${etags.length + 1}&uploadId=${encodeURIComponent(uploadId)}`;
      const headers = {
        'x-amz-copy-source': sourceHeader(source),
        'x-amz-copy-source-range': `bytes=${first}-${last}`,
      };
      etags.push(
        await put(
          connection,
          what,
          { bucketName: to.bucket, objectName: to.key, query, headers },
          'CopyPartResult',
        ),
      );
    }
    await completeUpload(connection, what, uploadId, etags, {});
  } catch (error) {
    await abortUpload(connection, to, uploadId).catch(() => undefined);
    throw error;
  }
}

/** Sends one copy request and gives the new entity tag. A server may answer 200 and put an error in the body. */
async function put(
  { client }: Connection,
  what: StoreAct,
  request: { bucketName: string; objectName: string; query?: string; headers: Record<string, string> },
  result: string,
): Promise<string> {
  const body = await calling(what, async () => {
    const response = await client.makeRequestAsync({ method: 'PUT', ...request }, '', [200]);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  });
  if (!body.includes(`<${result}`)) throw answerFailure(500, body, what);
  return unquoted(/<ETag>(.*?)<\/ETag>/.exec(body)?.[1]?.replaceAll(/&(#34|quot);/g, ''));
}

function sourceHeader({ bucket, key, versionId }: CopySource): string {
  return (
    escapedPath(bucket, key) + (versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`)
  );
}
