import { ExifTool } from 'exiftool-vendored';
import type { ToolAnswer } from './tool-answer.ts';

/**
 * Group names with each tag (the same name stands in many groups), doubles kept, structures kept. Values stay as ExifTool prints
 * them: with -n its enumerations become numbers whose meaning is lost.
 */
const READ_ARGS = ['-G1', '-a', '-struct'];
/** A hostile file ends here; a header takes a fraction of a second, and on a machine that does much else many times that. */
const READ_TIMEOUT_MS = 120_000;

/** Keys that ExifTool's wrapper or the file system adds; they are no facts of the file and differ from run to run. */
const NOT_OF_THE_FILE = /^(SourceFile$|System:|errors$|warnings$|ExifTool:ExifToolVersion$)/;

/** ExifTool kept running, so that its start (0.1 to 0.2 s of Perl) is paid once and not for each file. */
export class ExifToolPool {
  private readonly exiftool: ExifTool;

  /** @param size processes kept */
  constructor(size: number) {
    this.exiftool = new ExifTool({
      maxProcs: size,
      spawnTimeoutMillis: READ_TIMEOUT_MS,
      taskTimeoutMillis: READ_TIMEOUT_MS,
      taskRetries: 0,
      maxTasksPerProcess: 1000,
      exiftoolEnv: { LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    });
  }

  /** What ExifTool says of a local file: `Group:Tag` to value. A file it can't read is an answer with `error`. */
  async ask(path: string): Promise<ToolAnswer> {
    const started = performance.now();
    const answer = { tool: 'exiftool', version: 'unknown', output: null as unknown };
    try {
      const all = (await this.exiftool.readRaw(path, { readArgs: READ_ARGS })) as Record<string, unknown>;
      const output = Object.fromEntries(Object.entries(all).filter(([key]) => !NOT_OF_THE_FILE.test(key)));
      const errors = [all['ExifTool:Error'], ...((all.errors as unknown[] | undefined) ?? [])].filter(
        (e) => e !== undefined,
      );
      const version = toolVersion(all['ExifTool:ExifToolVersion']);
      return {
        ...answer,
        version,
        output,
        durationMs: performance.now() - started,
        ...(errors.length > 0 ? { error: errors.map(String).join('; ') } : {}),
      };
    } catch (error) {
      return {
        ...answer,
        durationMs: performance.now() - started,
        error: error instanceof Error ? error.message : String(error),
      };
    }
  }

  /** Ends the processes. */
  async close(): Promise<void> {
    await this.exiftool.end();
  }
}

/** ExifTool prints its version as a number: 13.59. */
function toolVersion(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : 'unknown';
}
