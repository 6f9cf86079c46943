import { PipelineError } from '../schemas/failure.ts';
import { connectRushes } from '../service/client.ts';
import { neededFlag, neededWord, readArguments, wholeNumber } from './arguments.ts';
import { type Command, printJson } from './context.ts';
import { printRollReport } from './roll-report.ts';

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
  const [production, shootDay, roll, ...rest] = id.split('/');
  if (production === undefined || shootDay === undefined || roll === undefined || rest.length > 0)
    throw new PipelineError(
      'input-invalid',
      `«${id}» is not the id of a roll: <production>/<shoot day>/<roll>. Usage: ${USAGE}`,
      { id },
    );
  const to = neededFlag(flags.to, 'to', USAGE);
  const priority = wholeNumber(flags.priority, 'priority');
  const rushes = await connectRushes(context.configuration().temporal);
  try {
    const started = await rushes.transferRoll({
      production,
      shootDay,
      roll,
      to,
      ...(priority === undefined ? {} : { priority }),
    });
    context.io.stderr(`sending ${id} to ${to} as ${started.workflowId}\n`);
    if (flags['no-wait']) {
      if (flags.json) printJson(context.io, { version: 1, kind: 'started', workflowId: started.workflowId });
      return 0;
    }
    return printRollReport(
      await started.result(),
      context.io,
      flags.json,
      (report) =>
        `${report.rollId} is ${report.state} at ${to}: ${report.counts.verified} of ${report.counts.files} files verified, ${report.transfer?.filesSent} sent now, generation ${report.generation}`,
    );
  } finally {
    await rushes.close();
  }
};
