import { PipelineError } from '../../schemas/failure.ts';
import type { Connection } from './connection.ts';
import { bucketName } from './keys.ts';
import { calling } from './store-failure.ts';

/**
 * Removes an object that was only waiting, such as a list in the inbox; one that is gone is gone. Originals are never removed:
 * refused here, and by the bucket's policy.
 * @throws PipelineError refused-by-rule, service-away
 */
export async function removeObject(
  { client, config }: Connection,
  bucket: string,
  key: string,
): Promise<void> {
  if (bucket === bucketName(config.site, 'ocf'))
    throw new PipelineError('refused-by-rule', `${key} is an original and is never removed`, { bucket, key });
  await calling({ act: 'remove', bucket, key }, () => client.removeObject(bucket, key));
}
