import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PipelineError } from '../../schemas/failure.ts';
import { bytesSource } from '../open/inspect/byte-source.ts';
import { readSidecar, type SidecarFacts } from '../open/inspect/sidecars/read-sidecar.ts';
import { removeFolder } from './remove-folder.ts';
import { runProgram } from './run-program.ts';
import type { ToolAnswer } from './tool-answer.ts';
import type { ToolPaths } from './tool-paths.ts';

/** A maker's own program that prints metadata; licensed, so it is never brought along. */
type VendorTool = {
  /** Name in ToolPaths. */
  name: string;
  run(path: string, file: string, folder: string, signal: AbortSignal | undefined): Promise<Uint8Array>;
};

const TIMEOUT_MS = 60_000;

/** REDline prints the clip's table as `--printMeta 3`. Source: RED "REDline" manual; captured output in camdkit. */
const REDLINE: VendorTool = {
  name: 'redline',
  async run(path, file, _folder, signal) {
    const result = await runProgram({
      tool: 'REDline',
      path,
      args: ['--silent', '--i', file, '--useMeta', '--printMeta', '3'],
      // It ends with 1 whenever it prints metadata and renders nothing.
      goodExitCodes: [0, 1],
      timeoutMs: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
    return fromHeader(result.stdout, result.stderrTail);
  },
};

/**
 * The table alone: what the program says of itself, its licence or a GPU may stand before it.
 * @throws PipelineError tool-failed with its words where there is no table, because its exit code does not tell
 */
function fromHeader(stdout: Buffer, stderrTail: string): Buffer {
  const text = stdout.toString('utf8');
  const start = text.search(/^.*\bClip Name\b.*\bAbs TC\b|^.*\bAbs TC\b.*\bClip Name\b/m);
  if (start >= 0) return Buffer.from(text.slice(start));
  const said = `${text}\n${stderrTail}`.trim().split('\n').at(-1)!.slice(0, 500);
  throw new PipelineError(
    'tool-failed',
    `REDline printed no table of the clip: ${said || 'it said nothing'}`,
    {
      tool: 'REDline',
    },
  );
}

/** ARRI Reference Tool writes JSON. Source: ARRI Reference Tool command line 1.0, `export`. */
const ART_CMD: VendorTool = {
  name: 'art-cmd',
  async run(path, file, folder, signal) {
    const output = join(folder, 'metadata.json');
    const { stdout, stderrTail } = await runProgram({
      tool: 'art-cmd',
      path,
      args: [
        'export',
        '--input',
        file,
        '--duration',
        '1',
        '--skip-audio',
        '--skip-video',
        '--output',
        output,
      ],
      timeoutMs: TIMEOUT_MS,
      ...(signal ? { signal } : {}),
    });
    return readFile(output).catch((cause: unknown) => {
      const said = (stderrTail.trim() || stdout.toString('utf8').trim()).split('\n').at(-1)!.slice(0, 500);
      throw new PipelineError(
        'tool-failed',
        `art-cmd ended well and wrote no metadata: ${said || 'it said nothing'}`,
        { tool: 'art-cmd' },
        { cause },
      );
    });
  },
};

const BY_KIND: Record<string, VendorTool> = { r3d: REDLINE, ari: ART_CMD };

/**
 * Asks the maker's own program about a raw file, where it is installed. Where it is not, the answer says so: that is a degradation
 * to record, not a failure. null for kinds without such a program.
 */
export async function askVendor(
  tools: ToolPaths,
  kind: string,
  file: string,
  signal?: AbortSignal,
): Promise<ToolAnswer | null> {
  const vendor = BY_KIND[kind];
  if (!vendor) return null;
  const started = performance.now();
  const path = tools[vendor.name];
  if (path === undefined)
    return { tool: vendor.name, version: 'none', output: null, error: 'not installed', durationMs: 0 };
  const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
  try {
    const facts: SidecarFacts | null = await readSidecar(
      bytesSource(await vendor.run(path, file, folder, signal)),
    );
    const durationMs = performance.now() - started;
    if (!facts)
      return {
        tool: vendor.name,
        version: 'unknown',
        output: null,
        error: 'its output is not of the form that is known',
        durationMs,
      };
    return { tool: facts.tool, version: vendor.name, output: facts.output, durationMs };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      tool: vendor.name,
      version: 'unknown',
      output: null,
      error: error instanceof Error ? error.message : String(error),
      durationMs: performance.now() - started,
    };
  } finally {
    await removeFolder(folder);
  }
}
