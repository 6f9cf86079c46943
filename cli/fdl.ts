import { basename } from 'node:path';
import { PipelineError } from '../schemas/failure.ts';
import { applyTemplate } from '../standards/fdl/apply-template.ts';
import { canvasIdFor, deriveDocument } from '../standards/fdl/derive-document.ts';
import type { FdlDocument } from '../standards/fdl/fdl-document.ts';
import { findFraming, findTemplate } from '../standards/fdl/find-framing.ts';
import { type FdlReading, readFdl, writeFdl } from '../standards/fdl/read-fdl.ts';
import { neededFlag, neededWord, readArguments } from './arguments.ts';
import type { Output } from './context.ts';
import { textOf } from './read-file.ts';

const USAGE =
  'rushes fdl validate FILE [--json] | rushes fdl apply FILE --template ID [--context LABEL] [--canvas ID] [--decision ID]';

/** `rushes fdl validate|apply`: what is wrong with an FDL, or the FDL that a canvas template makes. Exit 10 for an FDL that is not valid. */
export async function fdlCommand(args: string[], io: Output): Promise<number> {
  const { flags, words } = readArguments(
    args,
    {
      template: { type: 'string' },
      context: { type: 'string' },
      canvas: { type: 'string' },
      decision: { type: 'string' },
      json: { type: 'boolean' },
    },
    USAGE,
  );
  const action = neededWord(words, 0, 'action', USAGE);
  const file = neededWord(words, 1, 'file', USAGE);
  const reading = readFdl(await textOf(file), basename(file));
  if (action === 'validate') return validate(reading, flags.json === true, io);
  if (action !== 'apply')
    throw new PipelineError('input-invalid', `There is no «fdl ${action}». Usage: ${USAGE}`, { action });
  const template = neededFlag(flags.template, 'template', USAGE);
  if (reading.fdl === null || isInvalid(reading)) {
    for (const problem of reading.problems) io.stderr(`${problem.severity}: ${problem.forPeople}\n`);
    return 10;
  }
  for (const problem of reading.problems) io.stderr(`${problem.severity}: ${problem.forPeople}\n`);
  const { context, canvas, decision } = flags;
  const query = {
    ...(context ? { context } : {}),
    ...(canvas ? { canvas } : {}),
    ...(decision ? { decision } : {}),
  };
  io.stdout(writeFdl(apply(reading.fdl, template, query)));
  return 0;
}

function validate(reading: FdlReading, json: boolean, io: Output): number {
  const ok = reading.fdl !== null && !isInvalid(reading);
  if (json)
    io.stdout(
      `${JSON.stringify({ version: 1, kind: 'fdl-verdict', ok, findings: reading.problems }, null, 2)}\n`,
    );
  else {
    io.stdout(reading.problems.map((problem) => `${problem.severity}: ${problem.forPeople}\n`).join(''));
    io.stdout(ok ? 'valid\n' : 'NOT VALID\n');
  }
  return ok ? 0 : 10;
}

function isInvalid({ problems }: FdlReading): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

function apply(fdl: FdlDocument, templateId: string, query: Parameters<typeof findFraming>[1]): FdlDocument {
  const template = findTemplate(fdl, templateId);
  const source = findFraming(fdl, query);
  const applied = applyTemplate(source.canvas, source.decision, template);
  const taken = new Set((fdl.contexts ?? []).flatMap(({ canvases }) => canvases ?? []).map(({ id }) => id));
  const canvasId = canvasIdFor(source.canvas, template.id, taken);
  return deriveDocument(fdl, { source, template, applied, canvasId, creator: 'Rushes' });
}
