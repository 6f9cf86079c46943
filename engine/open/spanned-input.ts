import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decoderArguments, FFMPEG_STRICT, networkArguments, seekArguments } from '../tools/ffmpeg.ts';
import { spansOver } from './movie-spans.ts';
import type { RenderRun } from './render-run.ts';

/** Whether frames of a movie lie in more than one of its files. */
export async function liesAcross(run: RenderRun, frames: readonly number[]): Promise<boolean> {
  if (run.job.decode.container === 'sequence' || run.sources.length < 2) return false;
  return (await spansOver(run, frames)).length > 1;
}

/**
 * FFmpeg's input options for frames that lie in several files of one take: the files one after the other, with their sound.
 * @param limit further options of the input
 */
export async function joinedInput(
  run: RenderRun,
  frames: readonly number[],
  limit: readonly string[],
): Promise<string[]> {
  const { num, den } = run.job.clip.frameRate;
  const spans = await spansOver(run, frames);
  const entries = spans.flatMap(({ source: { location }, count }) => [
    `file ${quoted(location)}`,
    ...optionsOf(networkArguments(location, run.job.decode.codec)),
    `duration ${((count * den) / num).toFixed(6)}`,
  ]);
  const list = join(run.scratch, `spans-${frames[0]}.txt`);
  await writeFile(list, ['ffconcat version 1.0', ...entries, ''].join('\n'));
  return [
    ...[
      ...FFMPEG_STRICT,
      '-threads',
      String(run.threads),
      ...decoderArguments(run.job.decode),
      ...seekArguments(frames[0]! - spans[0]!.first, run.job.clip.frameRate),
    ],
    ...[...limit, '-f', 'concat', '-safe', '0', '-protocol_whitelist', 'file,http,tcp', '-i', list],
  ];
}

/** Options of one file, which the list bears as the command line would. */
function optionsOf(args: readonly string[]): string[] {
  return args.flatMap((name, at) => (at % 2 === 0 ? [`option ${name.slice(1)} ${args[at + 1]}`] : []));
}

/** Source: FFmpeg utilities, "Quoting and escaping". */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
