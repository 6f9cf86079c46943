import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import type { Command } from './context.ts';
import { rollParts } from './ids.ts';
import { followRoll, generationInWords, verifiedInWords } from './roll-report.ts';
import { withClient } from './with-client.ts';

const USAGE = 'rushes transfer PRODUCTION/DAY/ROLL --to SITE [--priority 1-5] [--no-wait] [--json]';
const FLAGS = {
  to: { type: 'string' },
  priority: { type: 'string' },
  'no-wait': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** `rushes transfer`: sends a stored roll to another site. Exit 0 sealed there, 10 to 12 findings, 23 refused by rule. */
export const transfer: Command = async (args, context) => {
  const { flags, words } = readArguments(args, FLAGS, USAGE);
  const id = neededWord(words, 0, 'roll', USAGE);
  const roll = rollParts(id);
  const to = neededFlag(flags.to, 'to', USAGE);
  const priority = wholeNumber(flags.priority, 'priority');
  return withClient(context, async (rushes) => {
    const started = await rushes.transferRoll({
      ...roll,
      to,
      ...(priority === undefined ? {} : { priority }),
    });
    context.io.stderr(`sending ${id} to ${to} as ${started.workflowId}\n`);
    return followRoll(
      started,
      flags,
      context.io,
      (report) =>
        `${report.rollId} is ${report.state} at ${to}: ${verifiedInWords(report)}, ${report.transfer?.filesSent} sent now, ${generationInWords(report)}`,
    );
  });
};
