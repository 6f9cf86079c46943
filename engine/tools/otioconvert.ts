import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import { removeFolder } from './remove-folder.ts';
import { runProgram } from './run-program.ts';
import type { ToolPaths } from './tool-paths.ts';

/** A timeline of a feature converts in well under a minute; an AAF with effects may take some. */
const TIMEOUT_MS = 5 * 60_000;

/** Python packages whose adapters read a form, by the ending of its name. */
const ADAPTERS: Record<string, string> = {
  aaf: 'otio-aaf-adapter',
  xml: 'otio-fcp-adapter',
  fcpxml: 'otio-fcpx-xml-adapter',
};

/**
 * Converts an AAF, FCPXML or Final Cut Pro 7 XML into OpenTimelineIO JSON with OpenTimelineIO's own program.
 * @param fileName its ending says the form
 * @throws PipelineError tool-missing when otioconvert or the adapter of the form is not installed, tool-failed, unreadable
 */
export async function otioconvert(
  tools: ToolPaths,
  fileName: string,
  bytes: Uint8Array,
  options: { signal?: AbortSignal } = {},
): Promise<string> {
  const program = programOf(tools, fileName);
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-otio-'));
  try {
    const input = path.join(folder, `list${path.extname(fileName).toLowerCase()}`);
    const output = path.join(folder, 'list.otio');
    await writeFile(input, bytes);
    const run = await runProgram({
      tool: 'otioconvert',
      path: program,
      args: ['-i', input, '-o', output],
      stdout: 'ignore',
      timeoutMs: TIMEOUT_MS,
      goodExitCodes: 'any',
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (run.exitCode !== 0) throw refusal(fileName, run.stderrTail);
    return await readFile(output, 'utf8');
  } finally {
    await removeFolder(folder);
  }
}

function programOf(tools: ToolPaths, fileName: string): string {
  if (tools.otioconvert !== undefined) return tools.otioconvert;
  throw new PipelineError(
    'tool-missing',
    `${fileName} is read by otioconvert (OpenTimelineIO), which is not installed here`,
    { tool: 'otioconvert', package: `OpenTimelineIO, ${adapterOf(fileName)}` },
  );
}

function refusal(fileName: string, stderr: string): PipelineError {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  if (/NoKnownAdapter|could not find adapter|No module named|not supported/i.test(stderr)) {
    return new PipelineError(
      'tool-missing',
      `${fileName} is read by ${adapterOf(fileName)}, which is not installed beside OpenTimelineIO: pip install ${adapterOf(fileName)}`,
      { tool: 'otioconvert', package: adapterOf(fileName), said: last },
    );
  }
  return new PipelineError('unreadable', `${fileName} cannot be read: otioconvert says "${last}"`, {
    fileName,
    said: stderr.slice(-2000),
  });
}

function adapterOf(fileName: string): string {
  return ADAPTERS[path.extname(fileName).slice(1).toLowerCase()] ?? 'an OpenTimelineIO adapter';
}
