import { PipelineError } from '../schemas/failure.ts';
import { asksForUsage, UsageAsked } from './arguments.ts';
import type { Command } from './context.ts';
import { turnover } from './turnover.ts';

const USAGE =
  'rushes trim FILE --production P [--handles N] [--name N] [--revision N] [--fps R] [--priority 1-5] [--deadline T] [--no-wait] [--json]';

/** `rushes trim FILE`: a finishing pull, which is a turnover whose recipe is `trimmed-ocf`. */
export const trim: Command = async (args, context) => {
  if (asksForUsage(args)) throw new UsageAsked(USAGE);
  if (args.some((arg) => arg === '--recipe' || arg.startsWith('--recipe=')))
    throw new PipelineError(
      'input-invalid',
      `A trim has its own recipe; send another one with \`rushes turnover submit\`. Usage: ${USAGE}`,
      {},
    );
  if (args.length === 0)
    throw new PipelineError('input-invalid', `The cut list is missing. Usage: ${USAGE}`, {});
  return turnover(['submit', ...args, '--recipe', 'trimmed-ocf'], context);
};
