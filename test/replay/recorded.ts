import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the recorded histories lie. */
export const HISTORIES = join(import.meta.dirname, 'histories');

/** A run as it happened: what the workflow was called, and every event of it as protobuf prints it in JSON. */
export type Recorded = { name: string; workflowId: string; history: { events: Record<string, unknown>[] } };

/** Every history that is kept, by name. */
export function recordedHistories(): Recorded[] {
  return readdirSync(HISTORIES)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.replace('.json', ''),
      ...(JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as Omit<Recorded, 'name'>),
    }));
}
