import { readdir } from 'node:fs/promises';
import { PipelineError } from '../schemas/failure.ts';

/**
 * Looks whether a card still is where it was listed. One that was pulled in the middle is no card of missing files: nothing can be
 * said of it until it is back, and an unmounted volume leaves an empty folder.
 * @throws PipelineError not-found
 */
export async function needCard(source: string): Promise<void> {
  const names = await readdir(source).catch(() => []);
  if (names.length > 0) return;
  const sentence = `The card is not at ${source} any more: it was pulled, or its volume was unmounted, while it was taken in. Connect it again and start the same ingest: what was copied is not read again.`;
  throw new PipelineError('not-found', sentence, { source });
}
