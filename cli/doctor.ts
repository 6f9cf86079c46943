import { FAILURES } from '../schemas/failure.ts';
import { doctorReport, type Purpose } from '../setup/tools.mjs';
import { readArguments } from './arguments.ts';
import { type Command, printJson } from './context.ts';

const USAGE = 'rushes doctor [--for run|demo|test|bench] [--json]';

/** `rushes doctor`: which tools are here in which version, which are missing, and how to get them. Exit 21 when one is missing. */
export const doctor: Command = async (args, context) => {
  const { flags } = readArguments(args, { json: { type: 'boolean' }, for: { type: 'string' } }, USAGE);
  const report = await doctorReport(flags.for === undefined ? {} : { for: flags.for as Purpose });
  if (flags.json) printJson(context.io, report);
  else for (const row of report.rows) context.io.stderr(`${lineOf(row)}\n`);
  return report.ok ? 0 : FAILURES['tool-missing'].exitCode;
};

function lineOf(row: {
  name: string;
  ok: boolean;
  needed: boolean;
  version: string | null;
  accepts: string;
  path: string | null;
  why: string;
  how: string;
}): string {
  const state = row.ok ? 'ok     ' : row.needed ? 'MISSING' : 'absent ';
  const found = row.ok ? `${row.version ?? ''}  ${row.path ?? ''}` : `wants ${row.accepts}: ${row.how}`;
  return `${state} ${row.name.padEnd(20)} ${found}  (${row.why})`;
}
