import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { runProgram } from '../../engine/tools/run-program.ts';
import { toolPath } from '../support/tools.ts';

/** A folder for the tests of one file, removed at their end. */
export function scratchFolder(): () => string {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'rushes-footage-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return () => dir;
}

type Stream = { codec_type: string; tags?: Record<string, string>; [field: string]: unknown };

/** What ffprobe says of a file. */
export async function probe(
  file: string,
): Promise<{ streams: Stream[]; format: { tags: Record<string, string> } }> {
  const { stdout } = await runProgram({
    tool: 'ffprobe',
    path: toolPath('ffprobe'),
    args: ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file],
  });
  return JSON.parse(stdout.toString());
}
