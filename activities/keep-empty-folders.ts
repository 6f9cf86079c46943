import { PipelineError } from '../schemas/failure.ts';
import { ocfKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/object-store.ts';

/**
 * Keeps the empty folders of a roll, each as an object whose key ends in a slash. Safe to repeat. A folder whose name no store can
 * hold is left out: no file of it could come either.
 * @throws PipelineError service-away, refused-by-rule
 */
export async function keepEmptyFolders(
  store: ObjectStore,
  roll: { production: string; shootDay: string; roll: string },
  folders: readonly string[],
): Promise<void> {
  for (const folder of folders) {
    try {
      await store.putWholeIfAbsent(store.bucket('ocf'), ocfKey(roll, `${folder}/`), Buffer.alloc(0));
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'input-invalid') throw error;
    }
  }
}
