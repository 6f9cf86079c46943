import { join } from 'node:path';

/** The file of a source frame in the work folder: the same name as in the store. */
export function frameFile(workDir: string, frame: number): string {
  return join(workDir, `${String(frame).padStart(8, '0')}.exr`);
}
