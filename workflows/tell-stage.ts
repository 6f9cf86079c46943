import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { stageAttribute } from './search-attributes.ts';

/** Tells people in the Temporal UI how far a story is: `stage` to filter by, and a sentence to read. */
export function tellStage(stage: string, sentence: string): void {
  upsertSearchAttributes(stageAttribute(stage));
  setCurrentDetails(`**${stage}** — ${sentence}`);
}
