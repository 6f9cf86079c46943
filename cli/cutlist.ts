import path from 'node:path';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import { type ConvertToOtio, readCutListWith } from '../pipeline/conform/read-cut-list.ts';
import type { CutEvent, CutList } from '../schemas/cut-list.ts';
import { PipelineError } from '../schemas/failure.ts';
import type { Rational } from '../schemas/rational.ts';
import { convertCutList } from '../service/convert-cut-list.ts';
import { parseFrameRate } from '../standards/time/frame-rate.ts';
import { formatRational } from '../standards/time/rational.ts';
import { neededWord, readArguments } from './arguments.ts';
import type { Output } from './context.ts';
import { bytesOf } from './read-file.ts';

const USAGE = 'rushes cutlist show|lint FILE [--fps R] [--source-fps R] [--json]';

/** `rushes cutlist show|lint`: the events of a list with exact ranges, or its problems. Exit 10 when lint finds a warning or an error. */
export async function cutlistCommand(
  args: string[],
  io: Output,
  options: { tools?: () => ToolPaths } = {},
): Promise<number> {
  const { flags, words } = readArguments(
    args,
    {
      fps: { type: 'string' },
      'source-fps': { type: 'string' },
      json: { type: 'boolean' },
    },
    USAGE,
  );
  const action = neededWord(words, 0, 'action', USAGE);
  if (action !== 'show' && action !== 'lint')
    throw new PipelineError('input-invalid', `There is no «cutlist ${action}». Usage: ${USAGE}`, { action });
  const file = neededWord(words, 1, 'file', USAGE);
  const convert: ConvertToOtio = (fileName, bytes) =>
    convertCutList(options.tools?.() ?? {}, (line) => io.stderr(`${line}\n`))(fileName, bytes);
  const list = await readCutListWith(convert, path.basename(file), await bytesOf(file), {
    ...rateFlag('rate', 'fps', flags.fps),
    ...rateFlag('sourceRate', 'source-fps', flags['source-fps']),
  });
  if (flags.json) io.stdout(`${JSON.stringify(list, null, 2)}\n`);
  else if (action === 'show') io.stdout(describe(list));
  if (action === 'show') {
    if (!flags.json) io.stderr(describeProblems(list));
    return 0;
  }
  if (!flags.json) io.stdout(describeProblems(list));
  return list.problems.some((problem) => problem.severity !== 'info') ? 10 : 0;
}

function rateFlag<K extends 'rate' | 'sourceRate'>(
  key: K,
  flag: string,
  text: string | undefined,
): { [P in K]?: Rational } {
  if (text === undefined) return {};
  const rate = parseFrameRate(text);
  if (rate === null)
    throw new PipelineError(
      'input-invalid',
      `--${flag} takes a frame rate such as 24, 23.976 or 24000/1001, not «${text}».`,
      { [flag]: text },
    );
  return { [key]: rate } as { [P in K]?: Rational };
}

function describe(list: CutList): string {
  const rate = list.rate ? formatRational(list.rate) : 'rate not told';
  const rows = list.events.map(describeEvent);
  return `${list.title || 'untitled'}: ${list.events.length} events, ${rate}\n${rows.join('\n')}\n`;
}

function describeEvent(event: CutEvent): string {
  const frames = event.sourceFrames ? `${event.sourceFrames.first}-${event.sourceFrames.last}` : '-';
  const speed = event.speed.num === event.speed.den ? '' : ` speed ${formatRational(event.speed)}`;
  const how = event.transition ? ` ${event.transition.type} ${event.transition.durationFrames}` : '';
  const name = event.shotName ?? event.clipName ?? '';
  return `${event.number.padEnd(6)} ${event.class.padEnd(7)} ${event.reel.padEnd(32)} ${event.tracks.join('+').padEnd(5)} ${event.source.in} ${event.source.out} ${event.record.in} ${event.record.out} [${frames}]${speed}${how} ${name}`;
}

function describeProblems(list: CutList): string {
  if (list.problems.length === 0) return 'no problems\n';
  return list.problems
    .map((problem) => `${String(problem.severity).padEnd(7)} ${problem.forPeople}\n`)
    .join('');
}
