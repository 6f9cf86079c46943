import { runProgram } from './run-program.ts';
import type { ToolAnswer } from './tool-answer.ts';

/** LibRaw's words by label, as printed: `ISO speed` to `400`. Rows of the white balance table by their first words. */
export type RawIdentifyOutput = Record<string, string>;

/** A hostile file ends here; a header takes a fraction of a second, and on a machine that does much else many times that. */
const TIMEOUT_MS = 120_000;

/**
 * What LibRaw's raw-identify says of a raw picture. A file it can't read is an answer with `error`.
 * @throws PipelineError tool-missing; the abort reason
 */
export async function rawIdentify(path: string, file: string, signal?: AbortSignal): Promise<ToolAnswer> {
  const started = performance.now();
  const answer = { tool: 'raw-identify', version: 'unknown', output: null as unknown };
  try {
    // A name that begins with a hyphen would be an option.
    const result = await runProgram({
      tool: 'raw-identify',
      path,
      args: ['-v', file.startsWith('-') ? `./${file}` : file],
      timeoutMs: TIMEOUT_MS,
      goodExitCodes: 'any',
      ...(signal ? { signal } : {}),
    });
    const output = readLines(result.stdout.toString('latin1'));
    const error =
      Object.keys(output).length === 0 ? result.stderrTail.trim() || 'it says nothing' : undefined;
    return {
      ...answer,
      output: error ? null : output,
      durationMs: performance.now() - started,
      ...(error ? { error } : {}),
    };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      ...answer,
      durationMs: performance.now() - started,
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

function readLines(text: string): RawIdentifyOutput {
  const output: RawIdentifyOutput = {};
  for (const line of text.split('\n')) {
    const pair = /^\s*([^:=]{2,40}?)\s*[:=]\s+(.*?)\s*$/.exec(line);
    const row = /^\s{2}(As shot|Daylight|[A-Z][a-z]+)\s{2,}([\d. ]+?)(?:\s{3,}.*)?$/.exec(line);
    if (row) output[`WB ${row[1]}`] ??= row[2]!.trim();
    else if (pair && pair[1] !== 'Filename') output[pair[1]!.trim()] ??= pair[2]!;
  }
  return output;
}
