import { rm } from 'node:fs/promises';

/**
 * Removes a folder in which programs worked, with all that is in it; one that is not there is no fault. A program that was
 * killed may lay down a last file while its folder is emptied: it is emptied again then, for up to three seconds.
 */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
