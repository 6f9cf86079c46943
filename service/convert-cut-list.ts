import { extname } from 'node:path';
import { otioconvert } from '../engine/tools/otioconvert.ts';
import type { ToolPaths } from '../engine/tools/tool-paths.ts';
import type { ConvertToOtio } from '../pipeline/conform/read-cut-list.ts';
import { PipelineError } from '../schemas/failure.ts';
import { ensureOtioconvert } from '../setup/install/otio-adapters.mjs';

/**
 * Reads AAF and XML timelines through OpenTimelineIO, which is installed into the tool cache when the first one comes. A program that
 * set-up knows as `otioconvert` is used as it is.
 * @param log what a person who waits for the installation reads
 */
export function convertCutList(tools: ToolPaths, log: (line: string) => void = () => {}): ConvertToOtio {
  return async (fileName, bytes) => {
    const program = tools.otioconvert ?? (await installed(fileName, log));
    return otioconvert({ ...tools, otioconvert: program }, fileName, bytes);
  };
}

async function installed(fileName: string, log: (line: string) => void): Promise<string> {
  try {
    return await ensureOtioconvert({ log });
  } catch (cause) {
    const why =
      cause instanceof Error
        ? (cause.message.split('\n').filter(Boolean).at(-1) ?? '').trim()
        : String(cause);
    throw new PipelineError(
      'tool-missing',
      `${fileName} is read by otioconvert (OpenTimelineIO with its ${extname(fileName).slice(1).toUpperCase()} adapter), which is not installed here and could not be: ${why}; send an EDL, an ALE or OpenTimelineIO JSON, or let this machine reach the Python package index once.`,
      { tool: 'otioconvert', fileName },
      { cause },
    );
  }
}
