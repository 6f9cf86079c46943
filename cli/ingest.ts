import path from 'node:path';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import type { Command } from './context.ts';
import { followRoll, verifiedInWords } from './roll-report.ts';
import { withClient } from './with-client.ts';

const USAGE =
  'rushes ingest DIR --production P [--site S] [--roll NAME] [--shoot-day YYYYMMDD] [--priority 1-5] [--no-wait] [--json]';
const FLAGS = {
  production: { type: 'string' },
  site: { type: 'string' },
  roll: { type: 'string' },
  'shoot-day': { type: 'string' },
  priority: { type: 'string' },
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `rushes ingest`: takes one card in, and answers with the roll's report. Exit 0 sealed, 10 to 12 findings, 23 refused. */
export const ingest: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const source = path.resolve(neededWord(words, 0, 'folder of the card', USAGE));
  const production = neededFlag(flags.production, 'production', USAGE);
  const priority = wholeNumber(flags.priority, 'priority');
  return withClient(context, async (rushes) => {
    const started = await rushes.ingestRoll({
      production,
      source,
      ...(flags.site === undefined ? {} : { site: flags.site }),
      ...(flags.roll === undefined ? {} : { roll: flags.roll }),
      ...(flags['shoot-day'] === undefined ? {} : { shootDay: flags['shoot-day'] }),
      ...(priority === undefined ? {} : { priority }),
    });
    context.io.stderr(`ingesting ${source} as ${started.workflowId}\n`);
    return followRoll(
      started,
      flags,
      context.io,
      (report) =>
        `${report.rollId} is ${report.state}: ${verifiedInWords(report)}, ${report.counts.clips} clips`,
    );
  });
};
