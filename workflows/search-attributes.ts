import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

const production = defineSearchAttributeKey('RushesProduction', 'KEYWORD');
const roll = defineSearchAttributeKey('RushesRoll', 'KEYWORD');
const shootDay = defineSearchAttributeKey('RushesShootDay', 'KEYWORD');
const turnover = defineSearchAttributeKey('RushesTurnover', 'KEYWORD');
const stage = defineSearchAttributeKey('RushesStage', 'KEYWORD');

/** Names of all of them, each a Keyword: a namespace must know them before a workflow sets one. */
export const SEARCH_ATTRIBUTES: readonly string[] = [production, roll, shootDay, turnover, stage].map(
  ({ name }) => name,
);

/** What a person filters by in the Temporal UI. */
export function rollAttributes(of: {
  production: string;
  shootDay: string;
  roll: string;
}): SearchAttributePair[] {
  return [
    { key: production, value: of.production },
    { key: roll, value: of.roll },
    { key: shootDay, value: of.shootDay },
  ];
}

export function turnoverAttributes(of: { production: string; name: string }): SearchAttributePair[] {
  return [
    { key: production, value: of.production },
    { key: turnover, value: of.name },
  ];
}

/** The stage of the story a workflow is in, e.g. `copying`, `rendering`. */
export function stageAttribute(value: string): SearchAttributePair[] {
  return [{ key: stage, value }];
}
