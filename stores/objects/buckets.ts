import type { Connection } from './connection.ts';
import { bucketName } from './keys.ts';
import { originalsPolicy, workingPolicy } from './originals-policy.ts';
import { calling } from './store-failure.ts';

/** What guards the originals on this server, for `doctor` and the deployment notes. */
export type BucketGuard = { versioned: true; deleteDenied: boolean; blindOverwriteDenied: boolean };

/**
 * Makes the three buckets of the site and guards the originals. Needs the owner's credentials; safe to repeat.
 * @param workers access keys that workers use; none (a laptop with one account) leaves versioning as the only guard
 * @throws PipelineError service-away, refused-by-rule
 */
export async function ensureBuckets(connection: Connection, workers: string[]): Promise<BucketGuard> {
  const { client, config } = connection;
  const [ocf, work, packages] = (['ocf', 'work', 'packages'] as const).map((kind) =>
    bucketName(config.site, kind),
  ) as [string, string, string];
  for (const bucket of [ocf, work, packages]) await ensureBucket(connection, bucket);
  await calling({ act: 'switch on versions of', bucket: ocf }, () =>
    client.setBucketVersioning(ocf, { Status: 'Enabled' }),
  );
  if (workers.length === 0) return { versioned: true, deleteDenied: false, blindOverwriteDenied: false };
  for (const bucket of [work, packages]) {
    await calling({ act: 'set the policy of', bucket }, () =>
      client.setBucketPolicy(bucket, workingPolicy(bucket, workers)),
    );
  }
  const blindOverwriteDenied = await guardOriginals(connection, ocf, workers);
  return { versioned: true, deleteDenied: true, blindOverwriteDenied };
}

async function ensureBucket({ client, config }: Connection, bucket: string): Promise<void> {
  await calling({ act: 'make the bucket', bucket }, async () => {
    if (await client.bucketExists(bucket)) return;
    await client.makeBucket(bucket, config.region).catch((error: unknown) => {
      // Another set-up was quicker.
      if (
        (error as { code?: unknown }).code !== 'BucketAlreadyOwnedByYou' &&
        (error as { code?: unknown }).code !== 'BucketAlreadyExists'
      )
        throw error;
    });
  });
}

/** True when the server also refuses a PUT without a condition; servers that do not know these keys refuse that policy. */
async function guardOriginals({ client }: Connection, bucket: string, workers: string[]): Promise<boolean> {
  try {
    await client.setBucketPolicy(bucket, originalsPolicy(bucket, workers, true));
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MalformedPolicy')
      return calling({ act: 'set the policy of', bucket }, () => Promise.reject(error as Error));
    await calling({ act: 'set the policy of', bucket }, () =>
      client.setBucketPolicy(bucket, originalsPolicy(bucket, workers, false)),
    );
    return false;
  }
}
