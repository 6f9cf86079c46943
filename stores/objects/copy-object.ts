import { CopyDestinationOptions, CopySourceOptions } from 'minio';
import type { Connection } from './connection.ts';
import { calling } from './store-failure.ts';

const ONE_REQUEST_BYTES = 5 * 1024 ** 3;

/** Where a copy comes from; `versionId` pins what was recorded. */
export type CopySource = { bucket: string; key: string; versionId?: string; sizeBytes: number };

/**
 * Copies inside the server, metadata included; above 5 GiB in parts. It overwrites, because S3's copy knows no If-None-Match:
 * copy only what a manifest names later, to keys that nothing else writes. Safe to repeat.
 * @throws PipelineError not-found, service-away, refused-by-rule
 */
export async function copyObject(
  { client }: Connection,
  source: CopySource,
  to: { bucket: string; key: string },
): Promise<void> {
  const from = new CopySourceOptions({
    Bucket: source.bucket,
    Object: source.key,
    ...(source.versionId === undefined ? {} : { VersionID: source.versionId }),
  });
  const target = new CopyDestinationOptions({ Bucket: to.bucket, Object: to.key });
  await calling({ act: `copy ${source.bucket}/${source.key} to`, ...to }, async () => {
    if (source.sizeBytes < ONE_REQUEST_BYTES) await client.copyObject(from, target);
    else await client.composeObject(target, [from]);
  });
}
