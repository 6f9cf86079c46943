import path from 'node:path';
import { connectRushes } from '../service/client.ts';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { printRollReport } from './roll-report.ts';

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
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    const started = await rushes.ingestRoll({
      production,
      source,
      ...(flags.site === undefined ? {} : { site: flags.site }),
      ...(flags.roll === undefined ? {} : { roll: flags.roll }),
      ...(flags['shoot-day'] === undefined ? {} : { shootDay: flags['shoot-day'] }),
      ...(priority === undefined ? {} : { priority }),
    });
    context.io.stderr(`ingesting ${source} as ${started.workflowId}\n`);
    if (flags['no-wait']) {
      if (flags.json) printJson(context.io, { version: 1, kind: 'started', workflowId: started.workflowId });
      return 0;
    }
    return printRollReport(
      await started.result(),
      context.io,
      flags.json,
      (report) =>
        `${report.rollId} is ${report.state}: ${report.counts.verified} of ${report.counts.files} files verified, ${report.counts.clips} clips`,
    );
  } finally {
    await rushes.close();
  }
};
