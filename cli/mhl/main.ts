import { FAILURES, PipelineError } from '../../schemas/failure.ts';
import { mhlCommand } from '../mhl.ts';

// What `bin/rushes mhl` starts: without the configuration, servers and schemas that the other commands load, it has verified a small card
// before they would have been loaded. A Ctrl-C ends it at once: nothing half-written counts.

const args = process.argv.slice(2);
try {
  process.exitCode = await mhlCommand(args, {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  });
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  process.stderr.write(`rushes: ${error.message}\n        ${FAILURES[error.code].fix}\n`);
  if (args.includes('--json')) {
    process.stdout.write(
      `${JSON.stringify({ version: 1, kind: 'failure', code: error.code, message: error.message, facts: error.facts }, null, 2)}\n`,
    );
  }
  process.exitCode = error.exitCode;
}
